"""The projects of the sample city, and the channels people talk in."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.city.people import CDO, MAYOR

WATCHING = (MAYOR, CDO)
# The channel in which leadership reads its digest
DIGEST = "digest"


@dataclass(frozen=True)
class Place:
    """A channel: its key here, its name in Slack, who is in it from the start, who comes later.

    `shared_with` is the organisation that a shared channel is shared with first.
    `later` holds people and the moments at which they come, as in the transcripts.
    """

    key: str
    name: str
    members: tuple[str, ...]
    private: bool = False
    later: tuple[tuple[str, str], ...] = ()
    shared_with: str = ""


@dataclass(frozen=True)
class Undertaking:
    """A project as its lead registers it.

    `kind` and `stage` are the words of the product; `registered` and `closed` are moments in
    the notation of the transcripts ("2/24 10:55"). `channels` has the first channel first.
    """

    key: str
    name: str
    kind: str
    stage: str
    channels: tuple[str, ...]
    leads: tuple[str, ...]
    purpose: str
    registered: str
    stages: tuple[tuple[str, str], ...] = ()
    closed: str = ""
    capture: str = "all"


PLACES: tuple[Place, ...] = (
    Place(
        "shelter",
        "wg-避難所の受付",
        (
            *WATCHING,
            *("nemoto", "takanashi", "ouchi", "iijima", "nagai", "hiraoka", "morishita", "tsuji"),
            "makino",
        ),
        later=(("ishizuka", "2/4 14:00"),),
    ),
    Place(
        "drill",
        "避難訓練-0311",
        (
            *WATCHING,
            *("nemoto", "takanashi", "ouchi", "iijima", "nagai", "hiraoka", "morishita", "tsuji"),
            *("makino", "ishizuka", "ogata", "kobayakawa", "toda", "aihara", "sakuma", "kaji"),
            *("fukunaga", "hayasaka", "murai", "nishio", "horiuchi", "chiba", "iwase", "yajima"),
            *("mizutani", "miki", "hamaguchi"),
        ),
    ),
    Place(
        "counter",
        "pt-窓口の待ち時間",
        (*WATCHING, "katagiri", "toda", "murai", "suga", "kobayakawa", "horiuchi", "nagai"),
        later=(("iwase", "3/26 16:30"),),
    ),
    Place(
        "river",
        "実証-用水路の水位計",
        (*WATCHING, "hamaguchi", "aihara", "sakuma", "yajima", "nemoto", "iwase", "makino"),
    ),
    Place(
        "yuzuri",
        "実証-ゆずります",
        (*WATCHING, "shinozaki", "kaji", "fukunaga", "iwase", "morishita", "ogata"),
    ),
    Place(
        "minutes",
        "wg-議事録の文字起こし",
        (*WATCHING, "mizutani", "toyama", "hayasaka", "morishita", "horiuchi", "makino"),
        private=True,
    ),
    Place(
        "lunch",
        "pt-給食の地場産",
        (*WATCHING, "uchida", "kanno", "ozawa", "hiraoka", "kurata", "tsuji"),
        later=(("kuroda", "2/5 14:00"),),
        shared_with="JAせなの",
    ),
    Place(
        "consortium",
        "コンソーシアム-まちの対話",
        (
            *WATCHING,
            *("kurata", "nishio", "okazaki", "kuroda", "saegusa", "hayasaka", "tsuji"),
            "morishita",
        ),
        later=(("yoshinaga", "2/3 10:10"),),
        shared_with="瀬名野商工会議所",
    ),
    Place("vacant", "pt-空き家の見える化", (*WATCHING, "miki", "chiba", "horiuchi", "yajima")),
    Place(
        "chat",
        "雑談",
        (
            *("tsuji", "hayasaka", "shinozaki", "kaji", "fukunaga", "ogata", "iwase", "toda"),
            *("kobayakawa", "aihara", "murai", "nishio", "sakuma", "iijima", "ouchi"),
        ),
    ),
    Place(
        DIGEST,
        "週次ダイジェスト",
        (*WATCHING, "ogata", "makino", "kobayakawa"),
        private=True,
        later=(("toda", "4/1 8:35"),),
    ),
)

PROJECTS: tuple[Undertaking, ...] = (
    Undertaking(
        key="shelter",
        name="避難所の受付",
        kind="working_group",
        stage="plan",
        channels=("shelter", "drill"),
        leads=("nemoto",),
        purpose="避難所の受付の列を短くし、誰がどこにいるかを早く確かめる",
        registered="2/2 9:05",
        stages=(("3/10 17:00", "trial"),),
    ),
    Undertaking(
        key="counter",
        name="窓口の待ち時間",
        kind="project_team",
        stage="plan",
        channels=("counter",),
        leads=("katagiri",),
        purpose="待つ時間と、待たされた気持ちの両方を減らす",
        registered="2/2 9:10",
        stages=(("3/5 13:30", "trial"), ("4/20 9:40", "rollout")),
    ),
    Undertaking(
        key="river",
        name="用水路の水位計",
        kind="pilot",
        stage="plan",
        channels=("river",),
        leads=("hamaguchi",),
        purpose="夜中に見に行かなくても、用水路の水位がわかるようにする",
        registered="2/2 9:15",
        stages=(("3/16 9:30", "trial"),),
    ),
    Undertaking(
        key="minutes",
        name="議事録の文字起こし",
        kind="working_group",
        stage="trial",
        channels=("minutes",),
        leads=("mizutani",),
        purpose="議事録づくりの時間を半分にし、正しさの確認に時間を使う",
        registered="2/2 9:20",
        stages=(("3/25 16:10", "rollout"),),
        closed="3/27 17:30",
    ),
    Undertaking(
        key="lunch",
        name="給食の地場産野菜",
        kind="project_team",
        stage="idea",
        channels=("lunch",),
        leads=("uchida",),
        purpose="まず、にんじん。給食の地場産の割合を30％にする",
        registered="2/2 9:25",
        stages=(("2/12 11:40", "plan"), ("3/4 14:40", "trial")),
    ),
    Undertaking(
        key="consortium",
        name="まちの対話コンソーシアム",
        kind="consortium",
        stage="plan",
        channels=("consortium",),
        leads=("kurata",),
        purpose="会議所、JA、女性起業家、観光協会と市役所が、同じ場で考えて動く",
        registered="2/2 9:30",
        stages=(("3/4 10:00", "trial"),),
        capture="marked",
    ),
    Undertaking(
        key="vacant",
        name="空き家の見える化",
        kind="project_team",
        stage="idea",
        channels=("vacant",),
        leads=("miki",),
        purpose="いま空いている家を確かめ、所有者の困りごとを聞く",
        registered="2/2 9:35",
        stages=(("2/10 11:00", "plan"),),
    ),
    Undertaking(
        key="yuzuri",
        name="ゆずります掲示板",
        kind="pilot",
        stage="idea",
        channels=("yuzuri",),
        leads=("shinozaki",),
        purpose="まだ使えるものが粗大ごみになる前に、使う人へ届ける",
        registered="2/24 10:55",
        stages=(("3/6 9:45", "plan"), ("4/8 16:20", "trial")),
    ),
)


def place(key: str) -> Place:
    """The channel with this key. Raises KeyError when there is none."""
    for one in PLACES:
        if one.key == key:
            return one
    raise KeyError(key)


def project(key: str) -> Undertaking:
    """The project with this key. Raises KeyError when there is none."""
    for one in PROJECTS:
        if one.key == key:
            return one
    raise KeyError(key)


def project_of(channel: str) -> Undertaking | None:
    """The project that a channel belongs to; None for a channel nobody registers."""
    return next((one for one in PROJECTS if channel in one.channels), None)
