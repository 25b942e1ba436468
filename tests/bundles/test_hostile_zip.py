"""A zip that is odd, of somebody who has the key of a city: every one is refused before it is unpacked."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from demad.bundles.container import packed
from demad.bundles.keys import key_id, public_text
from demad.bundles.manifest import NAME
from demad.bundles.receipt import received
from demad.reference.senders import EXACT
from tests.bundles.conftest import KEY, Tables, bundle, registered
from tests.bundles.hostile import RULES, refused, whole


def signed(build: Callable[[zipfile.ZipFile], None], *, before: bytes = b"", after: bytes = b"") -> bytes:
    """A zip of any shape, with a valid signature."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        build(archive)
        archive.comment = after + b"demad-bundle/1 ed25519 " + key_id(public_text(KEY)).encode() + b" " + b"0" * 128
    unsigned = before + made.getvalue()[:-128]
    return unsigned + KEY.sign(unsigned).hex().encode()


@contextmanager
def unwarned() -> Iterator[None]:
    with pytest.warns(UserWarning, match="Duplicate name"):
        yield


def put(archive: zipfile.ZipFile, texts: Mapping[str, bytes], **odd: object) -> None:
    for name, content in texts.items():
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        for field, value in odd.items():
            setattr(info, field, value)
        archive.writestr(info, content)


def with_bomb(nobody: Tables) -> bytes:
    return packed({**whole(nobody), "stock.csv": b"0" * 15_000_000}, KEY)


def many_bombs(nobody: Tables) -> bytes:
    return packed({f"{number}.csv": bytes(range(256)) * 4_000 for number in range(45)}, KEY)


def lying_size(nobody: Tables) -> bytes:
    """The directory says 100 bytes; the stream gives ten million."""
    content = signed(lambda archive: put(archive, {"stock.csv": b"0" * 10_000_000}))
    place = content.rfind(b"PK\x01\x02")
    unsigned = content[: place + 24] + (100).to_bytes(4, "little") + content[place + 28 : -128]
    return unsigned + KEY.sign(unsigned).hex().encode()


def twice(nobody: Tables) -> bytes:
    with unwarned():
        return signed(lambda archive: [put(archive, whole(nobody)), put(archive, {"stock.csv": b"variant\n"})])


def in_folder(name: str) -> Callable[[Tables], bytes]:
    return lambda nobody: packed({**whole(nobody), name: b"x\n"}, KEY)


def with_nul(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, {"stock.csv": b"x"}, filename="stock.csv\0.exe"))


def as_link(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), external_attr=(stat.S_IFLNK | 0o777) << 16))


def as_device(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), external_attr=(stat.S_IFCHR | 0o777) << 16))


def stored(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), compress_type=zipfile.ZIP_STORED))


def bzipped(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), compress_type=zipfile.ZIP_BZIP2))


def with_extra(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), extra=b"\xfe\xca\x04\x00abcd"))


def with_comment(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), comment=b"85073003328"))


def with_prefix(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody)), before=b"85073003328 ")


def with_longer_comment(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody)), after=b"85073003328 ")


def nested(nobody: Tables) -> bytes:
    return packed({**whole(nobody), "stock.csv": packed(whole(nobody), KEY)}, KEY)


def no_zip(nobody: Tables) -> bytes:
    unsigned = b"niets" + b"demad-bundle/1 ed25519 " + key_id(public_text(KEY)).encode() + b" "
    return unsigned + KEY.sign(unsigned).hex().encode()


def too_large(nobody: Tables) -> bytes:
    return bytes(6 * 2**20) + bundle(nobody)


def seventy(nobody: Tables) -> bytes:
    return packed({f"t{number}.csv": b"x\n" for number in range(70)}, KEY)


def without_manifest(nobody: Tables) -> bytes:
    return packed({name: text for name, text in whole(nobody).items() if name != NAME}, KEY)


def patched(change: Callable[[bytearray, int, int], None]) -> Callable[[Tables], bytes]:
    """A good bundle with some bytes changed and signed again; gets the place of the directory and of its end."""

    def make(nobody: Tables) -> bytes:
        content = bytearray(bundle(nobody)[:-128])
        change(content, content.find(b"PK\1\2"), content.find(b"PK\5\6"))
        return bytes(content) + KEY.sign(bytes(content)).hex().encode()

    return make


def byte(place: int, value: int, *, of: str) -> Callable[[Tables], bytes]:
    """A good bundle with one byte changed: of the first local header, the directory, or its end."""

    def change(content: bytearray, directory: int, end: int) -> None:
        content[{"local": 0, "directory": directory, "end": end}[of] + place] = value

    return patched(change)


def over_one_another(content: bytearray, directory: int, end: int) -> None:
    """The second entry of the directory points at the bytes of the first."""
    second = content.find(b"PK\1\2", directory + 4)
    content[second + 42 : second + 46] = (0).to_bytes(4, "little")


def of_64_bits(content: bytearray, directory: int, end: int) -> None:
    """The size of the first file says: see the field of 64 bits, which is not there."""
    content[directory + 24 : directory + 28] = b"\xff" * 4


def after_the_stream(nobody: Tables) -> bytes:
    """A number of a person behind the end of a packed stream, inside the size that the headers announce."""

    def hide(archive: zipfile.ZipFile) -> None:
        put(archive, whole(nobody), external_attr=(stat.S_IFREG | 0o600) << 16)
        file, info, hidden = archive.fp, archive.filelist[-1], b"85073003328"
        assert file
        file.seek(archive.start_dir)
        file.write(hidden)
        info.compress_size += len(hidden)
        file.seek(info.header_offset + 18)
        file.write(info.compress_size.to_bytes(4, "little"))
        archive.start_dir += len(hidden)
        file.seek(archive.start_dir)

    return signed(hide)


def a_good_one_of_the_same_make(nobody: Tables) -> bytes:
    return signed(lambda archive: put(archive, whole(nobody), external_attr=(stat.S_IFREG | 0o600) << 16))


def test_what_the_variants_below_are_made_from_is_taken(nobody: Tables):
    for make in (patched(lambda *_: None), a_good_one_of_the_same_make):
        assert received(make(nobody), registered(EXACT), **RULES).manifest.city == "turnhout"


ZIPS: Mapping[str, tuple[Callable[[Tables], bytes], str]] = {
    "a bomb": (with_bomb, "D-624"),
    "many bombs": (many_bombs, "D-624"),
    "a size that lies": (lying_size, "D-624"),
    "a name twice": (twice, "D-624"),
    "a path that climbs": (in_folder("../../etc/passwd.csv"), "D-631"),
    "an absolute path": (in_folder("/etc/passwd"), "D-631"),
    "a path of Windows": (in_folder("C:\\demad.csv"), "D-631"),
    "a folder": (in_folder("tables/"), "D-624"),
    "a name with a NUL": (with_nul, "D-624"),
    "a name in other letters": (in_folder("stоck.csv"), "D-624"),
    "a symbolic link": (as_link, "D-624"),
    "a device": (as_device, "D-624"),
    "not packed": (stored, "D-624"),
    "packed otherwise": (bzipped, "D-624"),
    "hidden bytes in a header": (with_extra, "D-624"),
    "a number in the comment of a file": (with_comment, "D-624"),
    "bytes before the zip": (with_prefix, "D-62"),
    "a longer comment": (with_longer_comment, "D-624"),
    "a zip in the zip": (nested, "D-631"),
    "no zip at all": (no_zip, "D-624"),
    "six megabytes": (too_large, "D-622"),
    "seventy files": (seventy, "D-624"),
    "no manifest": (without_manifest, "D-625"),
    "empty": (lambda _: b"", "D-622"),
    "entries over one another": (patched(over_one_another), "D-624"),
    "bytes behind the end of a stream": (after_the_stream, "D-624"),
    "another name before the file than in the directory": (byte(30, ord("n"), of="local"), "D-624"),
    "another check sum before the file": (byte(14, 1, of="local"), "D-624"),
    "another size before the file": (byte(22, 1, of="local"), "D-624"),
    "bits in the hour of a file": (byte(10, 0x85, of="local"), "D-624"),
    "bits in the hour in the directory": (byte(12, 0x85, of="directory"), "D-624"),
    "bits in an attribute": (byte(36, 0x85, of="directory"), "D-624"),
    "a password": (byte(8, 1, of="directory"), "D-624"),
    "a size that follows the file": (byte(8, 8, of="directory"), "D-624"),
    "a name in UTF-8 by flag": (byte(9, 8, of="directory"), "D-624"),
    "a part of several": (byte(4, 1, of="end"), "D-624"),
    "more files than are listed": (byte(10, 99, of="end"), "D-624"),
    "a size of 64 bits": (
        patched(lambda content, at, _: content.__setitem__(slice(at + 24, at + 28), b"\xff" * 4)),
        "D-624",
    ),
}


@pytest.mark.parametrize("name", list(ZIPS))
def test_a_zip_that_is_odd_is_refused_before_it_is_unpacked(name: str, nobody: Tables):
    made, code = ZIPS[name]
    refused(made(nobody), code)
