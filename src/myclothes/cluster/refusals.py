"""What a shopper is told when a balancer itself has to answer: a page, or problem details for programs.

Kept as a HAProxy map, one line each: `503` is the page of status 503, `503json` the problem.
"""

import json
from pathlib import Path

WORDS = {
    400: ("That request makes no sense", "Please go back and try once more.", "요청을 이해하지 못했습니다."),
    408: ("That took too long", "Your request did not arrive in time. Please try again.", "요청이 제때 도착하지 않았습니다."),
    413: ("That is too much", "What you sent is larger than the shop takes.", "보내신 내용이 너무 큽니다."),
    429: ("One moment, please", "That were very many requests at once. Please wait a little.", "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요."),
    500: ("Something went wrong", "The mistake is ours. Please try again in a moment.", "문제가 생겼습니다. 잠시 후 다시 시도해 주세요."),
    502: ("The answer got lost", "Please look whether your change is there before you repeat it.", "응답이 도중에 사라졌습니다. 변경 내용을 먼저 확인해 주세요."),
    503: ("We are back in a moment", "Nothing in your cart is lost. Please try again shortly.", "곧 다시 열겠습니다. 장바구니는 그대로 있습니다."),
    504: ("The answer took too long", "Please look whether your change is there before you repeat it.", "응답이 늦어지고 있습니다. 변경 내용을 먼저 확인해 주세요."),
}  # fmt: skip
STYLE = (
    "body{margin:0;min-height:100vh;display:grid;place-content:center;padding:2rem;background:#faf8f4;color:#1d1b18;"
    "font:1.1rem/1.6 system-ui,sans-serif}h1{font:500 2.2rem/1.2 Georgia,serif;margin:0 0 1rem}p{max-width:34rem;margin:.3rem 0}"
    "a{color:inherit}@media(prefers-color-scheme:dark){body{background:#191714;color:#f2eee6}}"
)


def write_refusals(path: Path) -> None:
    lines = []
    for status, (title, message, korean) in WORDS.items():
        lines += [f"{status} {_page(title, message, korean)}", f"{status}json {_problem(status, title, message)}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _page(title: str, message: str, korean: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="robots" content="noindex"><title>{title} — MyClothes</title><style>{STYLE}</style></head>'
        f'<body><main><h1>{title}</h1><p>{message}</p><p lang="ko">{korean}</p><p><a href="/">MyClothes</a></p></main></body></html>'
    )


def _problem(status: int, title: str, message: str) -> str:
    problem: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": message}
    if status in (502, 504):
        problem["in_doubt"] = True
    return json.dumps(problem)
