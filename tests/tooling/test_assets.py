"""What is compiled once is kept, byte by byte, for what has the same source."""

import assets


def test_the_same_source_is_compiled_once(monkeypatch, tmp_path):
    """given a source, when it is compiled again, then what came out the first time comes again; another one does not"""
    monkeypatch.setattr(assets, "folder", lambda: tmp_path)
    asked = []

    def compiled(source):
        return assets.kept(source, lambda: asked.append(source) or f"{source}\r\né")

    assert [compiled("a"), compiled("a"), compiled("b")] == ["a\r\né", "a\r\né", "b\r\né"]
    assert asked == ["a", "b"]
    assert len(list(tmp_path.iterdir())) == 2


def test_marks_in_a_style_sheet_are_the_same_in_each_database():
    """given two bundles with one file, then its mark is the same, and that of another file differs"""
    one, again, other = (assets.WebAsset(None, url=url) for url in ("/a.scss", "/a.scss", "/b.scss"))
    assert one.id == again.id != other.id
    assert assets.ScssStylesheetAsset(None, url="/a.scss").id == one.id
