from __future__ import annotations

import pytest

from prle.data.formats import decoding
from prle.data.formats.decoding import read_text, text_parts
from prle.errors import DataError


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_byte_order_mark_is_not_part_of_the_text(write, name):
    assert read_text(write(name, b"\xef\xbb\xbftext\n\xc3\xa9t\xc3\xa9\n")) == "text\nété\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_wrong_encoding_names_line_and_byte_offset(write, mark):
    with pytest.raises(DataError, match=rf"a\.csv: .*line 2 has byte 0xe9 at offset {len(mark) + 8}") as caught:
        read_text(write("a.csv", mark + b"text\nabc\xe9\n"))
    assert "UTF-8" in caught.value.hint


def test_utf16_is_refused_as_an_encoding(write):
    with pytest.raises(DataError, match="line 1 has byte 0xff at offset 0"):
        read_text(write("a.csv", "text\n".encode("utf-16")))


def test_nul_bytes_are_refused_by_line(write):
    with pytest.raises(DataError, match="line 3 has a NUL byte at offset 7"):
        read_text(write("a.csv", b"text\nb\n\0"))


def test_missing_file_folder_and_damaged_archive_say_so(tmp_path, write):
    with pytest.raises(DataError, match="no such file"):
        read_text(tmp_path / "absent.csv")
    with pytest.raises(DataError, match="got a folder"):
        read_text(tmp_path)
    whole = write("a.csv.gz", "text\nabc\n").read_bytes()
    for damaged in (b"text\nabc\n", whole[:-6]):
        (tmp_path / "b.csv.gz").write_bytes(damaged)
        with pytest.raises(DataError, match="damaged gzip file"):
            read_text(tmp_path / "b.csv.gz")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_parts_end_where_lines_do_and_together_are_the_text(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(decoding, "_AT_ONCE", 5)
    text = ending.join(["één", "", "two words", "\N{GRINNING FACE}" * 4, "the end"])
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode())
    parts = list(text_parts(path))
    assert "".join(parts) == text
    assert all(part.endswith("\n") for part in parts[:-1])


@pytest.mark.parametrize(("wrong", "what"), [(b"\xff", "byte 0xff at offset 9"), (b"\0", "a NUL byte at offset 9")])
def test_what_is_no_text_is_named_by_its_place_in_the_whole_file(tmp_path, monkeypatch, wrong, what):
    monkeypatch.setattr(decoding, "_AT_ONCE", 2)
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\nx" + wrong + b"\n")
    with pytest.raises(DataError, match=f"line 3 has {what}"):
        list(text_parts(path))
