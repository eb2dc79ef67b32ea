"""The parts of iine: leaves (settings, text, clock), rules, recording, delivery, digest, views."""
