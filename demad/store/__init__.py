"""Atomic, versioned files, readable by this user only: a process that dies leaves the previous contents."""

from demad.store.appended import append_line
from demad.store.atomic import (
    file_hash,
    open_plain,
    private_folder,
    remove_whole,
    replace_folder,
    sync_tree,
    write_all,
    write_atomic,
)
from demad.store.destinations import refuse_as_file, refuse_as_folder
from demad.store.locks import root_lock
from demad.store.refusals import refusing_storage, storage_refusal
from demad.store.versions import Store
from demad.system import sync_folder

__all__ = [
    "Store",
    "append_line",
    "file_hash",
    "open_plain",
    "private_folder",
    "refuse_as_file",
    "refuse_as_folder",
    "refusing_storage",
    "remove_whole",
    "replace_folder",
    "root_lock",
    "storage_refusal",
    "sync_folder",
    "sync_tree",
    "write_all",
    "write_atomic",
]
