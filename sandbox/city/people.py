"""The people of 瀬名野市, a city that exists only here."""

from __future__ import annotations

from dataclasses import dataclass

CITY = "瀬名野市"
MAYOR = "enomoto"
CDO = "seto"
LEADERS = (MAYOR, CDO)
# The first coordinator, from whom everything starts
COORDINATOR = "ogata"


@dataclass(frozen=True)
class Profile:
    """A person as the workspace knows them; `organisation` is set for people from outside."""

    key: str
    name: str
    department: str
    role: str
    organisation: str = ""
    guest: bool = False
    admin: bool = False

    @property
    def title(self) -> str:
        """The title field of the profile: department and rank, as city halls write it."""
        return f"{self.department} {self.role}".strip()


PEOPLE: tuple[Profile, ...] = (
    Profile("enomoto", "榎本 千鶴", "", "市長"),
    Profile("seto", "瀬戸 慎一郎", "", "副市長・CDO"),
    Profile("ogata", "緒方 真理子", "デジタル推進課", "課長補佐", admin=True),
    Profile("makino", "牧野 亮", "デジタル推進課", "主査"),
    Profile("kobayakawa", "小早川 詩織", "デジタル推進課", "主事"),
    Profile("takanashi", "高梨 勝", "防災危機管理課", "課長"),
    Profile("nemoto", "根本 由佳", "防災危機管理課", "主査"),
    Profile("ouchi", "大内 翔太", "防災危機管理課", "主任"),
    Profile("iijima", "飯島 彩花", "防災危機管理課", "主事"),
    Profile("nagai", "永井 早苗", "健康づくり課", "保健師"),
    Profile("katagiri", "片桐 裕子", "市民課", "課長補佐"),
    Profile("toda", "戸田 健人", "市民課", "主任"),
    Profile("murai", "村井 のぞみ", "市民課", "主事"),
    Profile("suga", "須賀 明美", "市民課", "会計年度任用職員"),
    Profile("hamaguchi", "浜口 哲也", "土木課", "河川係長"),
    Profile("sakuma", "佐久間 理恵", "土木課", "主任技師"),
    Profile("aihara", "相原 拓海", "土木課", "技師"),
    Profile("yajima", "矢島 隆", "上下水道課", "主任"),
    Profile("shinozaki", "篠崎 麻衣", "生活環境課", "主査"),
    Profile("kaji", "梶 大輔", "生活環境課", "主任"),
    Profile("fukunaga", "福永 悠斗", "生活環境課", "主事"),
    Profile("mizutani", "水谷 浩司", "総務課", "主査"),
    Profile("toyama", "遠山 恵", "議会事務局", "書記"),
    Profile("hayasaka", "早坂 直樹", "企画政策課", "主任"),
    Profile("uchida", "内田 久美子", "学校給食センター", "栄養教諭"),
    Profile("kanno", "菅野 正", "学校給食センター", "調理長"),
    Profile("hiraoka", "平岡 舞", "教育総務課", "主任"),
    Profile("ozawa", "小沢 健", "農政課", "主査"),
    Profile("kurata", "倉田 めぐみ", "商工観光課", "係長"),
    Profile("nishio", "西尾 航", "商工観光課", "主事"),
    Profile("miki", "三木 義人", "都市計画課", "主査"),
    Profile("chiba", "千葉 美緒", "都市計画課", "主事"),
    Profile("horiuchi", "堀内 智", "税務課", "主任"),
    Profile("morishita", "森下 葵", "こども家庭課", "主任"),
    Profile("tsuji", "辻 麗奈", "秘書広報課", "主任"),
    Profile("iwase", "岩瀬 学", "財政課", "主任"),
    Profile("okazaki", "岡崎 信夫", "瀬名野商工会議所", "事務局", "瀬名野商工会議所"),
    Profile("kuroda", "黒田 一成", "JAせなの 営農課", "課長", "JAせなの"),
    Profile("saegusa", "三枝 香織", "せなの女性起業家の会", "代表", "せなの女性起業家の会"),
    Profile("yoshinaga", "吉永 徹", "瀬名野市観光協会", "事務局長", "瀬名野市観光協会"),
    Profile("ishizuka", "石塚 弘", "自主防災組織連絡協議会", "会長", guest=True),
)


def profile(key: str) -> Profile:
    """The person with this key. Raises KeyError when there is none."""
    for one in PEOPLE:
        if one.key == key:
            return one
    raise KeyError(key)
