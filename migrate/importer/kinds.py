"""What an item is, by its name: the kind that cleansing rules go by, and what must be kept secret."""

import re

SECRET = re.compile(r"(?:.*_)?(?:個人番号|住民票コード)")
KINDS = (
    (re.compile(r".*不詳表記"), "N", None),
    (re.compile(r".*(?:フリガナ|ふりがな|読み仮名|振り仮名|カナ)"), "N", "kana"),
    (re.compile(r"(?:.*_)?(?:氏名|氏|名|旧氏|通称)(?:_.*)?"), "N", "name"),
    (re.compile(r".*(?:住所|本籍|所在地|方書).*"), "N", "address"),
    (re.compile(r".*"), "N", "text"),
    (re.compile(r".*郵便番号"), "X", "postal"),
    (re.compile(r".*(?:電話|ファックス|FAX)番号"), "X", "phone"),
    (re.compile(r".*(?:番号|ID)"), "X9", "id"),
    (re.compile(r".*(?:コード|フラグ|区分|種別)"), "X9", "code"),
)
"""(name, letters of the types, kind); the first that fits."""


def kind_of(ja: str, type_: str, *, coded: bool, key: bool) -> str | None:
    """The kind of an item; None where its name says nothing."""
    if type_ == "DATE":
        return "date"
    if key:
        return "id"
    if coded:
        return "code"
    for name, types, kind in KINDS:
        if type_ in types and name.fullmatch(ja):
            return kind
    return None


def is_secret(ja: str) -> bool:
    """個人番号 and 住民票コード, whoever's."""
    return SECRET.fullmatch(ja) is not None
