"""Reading source text: trees, faults, names."""

from concurrent.futures import ThreadPoolExecutor

from qspark.tasks.syntax import fault, names, parse


def test_what_is_no_python_has_no_tree_no_names_and_a_fault():
    for source in ("def f(:\n    'open", "x = (", "\x00", "  x = 1\n y = 2"):
        assert parse(source) is None
        assert fault(source)
    assert names("x = (") == frozenset()


def test_names_are_those_of_the_code_and_not_of_its_texts():
    assert names("def f(a):\n    # stderr\n    return 'stdout', a.patch\n") == {
        "def", "f", "a", "return", "patch",
    }  # fmt: skip


def test_names_of_imports_and_keyword_arguments_do_not_count():
    source = "from a import (\n    b,\n    c as d,\n)\nimport e\nif f:\n    from g import h\n"
    source += "k(m=n, o=(p := 1))\nimport sys; sys.stdout\nq = r\n"
    assert names(source) == {"if", "f", "k", "n", "p", "sys", "stdout", "q", "r"}


def test_several_threads_read_at_once():
    source = "\n".join(
        f"y{i} = [a + {i} for a in range({i}) if (a, {{'k': [1, (2,)]}})]" for i in range(90)
    )

    def at(depth: int) -> bool:
        return at(depth - 1) if depth else parse(source) is not None

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(at, [n % 4 * 9 for n in range(60)]))
