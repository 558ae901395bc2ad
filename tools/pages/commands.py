"""docs/cli.md: every command of `samspill`, with its options."""

from collections.abc import Iterable, Iterator
from inspect import cleandoc

import click

from samspill.cli.main import cli
from tools.pages.markdown import page, table

EXIT_CODES = (
    (0, "Done; nothing waits for you."),
    (1, "A person must act: records failed or wait for a decision, a key is refused, a plan no longer holds."),
    (2, "Wrong usage: an unknown name or option, or something that cannot be done now."),
    (3, "A vendor or AWS is unavailable. Try again later."),
    (130, "Interrupted with Ctrl-C. A run that was being followed goes on."),
)


def commands() -> str:
    """Return the page."""
    return page(
        "The command line",
        _text(cli.help or ""),
        "## For every command\n\n" + _options(cli.params),
        "`--json` answers for programs: on standard output there is then nothing but one JSON object. Its `schema` "
        "names its shape, such as `samspill.cli.status.1`; [schemas/cli](schemas/cli) describes each. Within a version "
        "a shape only grows. States, results, actions and codes of reasons are the same in every language; `text` and "
        "`title` are for people. What fails is told on standard error, as `samspill.cli.error.1`.",
        "## Completion",
        "Bash, zsh and fish complete commands, options, and the names of the stack's tenants, flows, connections and "
        "fields:",
        '    eval "$(_SAMSPILL_COMPLETE=bash_source samspill)"',
        "`zsh_source` and `fish_source` are the other two. Names are asked for with your AWS credentials, for three "
        "seconds at most; where the stack does not answer, none are proposed.",
        "## Exit codes\n\n" + table(["Code", "Means"], EXIT_CODES),
        "Commands that tell how things stand or carry something out end with 1 as long as a person has to act: "
        "`status`, `tenants`, `test`, `run`, `approve` and those whose help says so. Commands that list what was asked "
        "for end with 0 whatever is in the list: `review`, `log`, `flows`. To watch over an installation, use "
        "`tenants` or `status`.",
        *(_command(name, command) for name, command in every_command(cli)),
    )


def every_command(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield each command by its name as it is typed, a group before its own: `exports`, `exports link`."""
    for name, command in sorted(group.commands.items()):
        yield prefix + name, command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{prefix}{name} ")


def _command(name: str, command: click.Command) -> str:
    words = [it.human_readable_name if it.required else f"[{it.human_readable_name}]" for it in _arguments(command)]
    usage = " ".join(["samspill", name, *words, "COMMAND" if isinstance(command, click.Group) else "[options]"])
    options = [_options(command.params)] if command.params else []
    return "\n\n".join([f"## {name}", f"`{usage}`", _text(command.help or ""), *options])


def _arguments(command: click.Command) -> list[click.Argument]:
    return [it for it in command.params if isinstance(it, click.Argument)]


def _text(help_text: str) -> str:
    """Return click's help as Markdown: a paragraph that is not to be refilled is an example."""
    out = []
    for paragraph in cleandoc(help_text).split("\n\n"):
        mark, _, lines = paragraph.partition("\n")
        if mark != "\b":
            out.append(" ".join(paragraph.split()))
            continue
        shown = [line.strip().removeprefix("Example: ") for line in lines.splitlines()]
        out.append("\n".join(["```sh", *(line for line in shown if line != "Examples:"), "```"]))
    return "\n\n".join(out)


def _options(parameters: Iterable[click.Parameter]) -> str:
    rows = [
        (f"`{_flags(it)}`", it.help or "", _default(it), f"`{it.envvar}`" if it.envvar else "")
        for it in parameters
        if isinstance(it, click.Option) and not it.hidden
    ]
    head = ["Option", "Meaning", "Default", "Environment variable"]
    if any(row[3] for row in rows):
        return table(head, rows)
    return table(head[:3], [row[:3] for row in rows])


def _flags(option: click.Option) -> str:
    flags = ", ".join(option.opts)
    if option.is_flag:
        return flags
    if isinstance(option.type, click.Choice):
        return f"{flags} {'|'.join(map(str, option.type.choices))}"
    return f"{flags} {option.metavar or option.type.name.upper().split()[0]}"


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    return f"`{option.default}`" if option.show_default else ""
