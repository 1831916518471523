from migrate.charset import codepage, printable

PAGE = codepage("cp932")


def test_what_can_be_read_is_text_and_the_rest_is_bytes() -> None:
    assert printable("山田".encode("cp932") + b"\x8d\x20", PAGE.name).startswith("山田\\x8d")


def test_padding_is_left_out() -> None:
    assert printable(b"ABC   ", PAGE.name) == "ABC"
    assert printable("山　　".encode("cp932"), PAGE.name) == "山"
