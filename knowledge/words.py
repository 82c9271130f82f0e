"""Text to the words that BM25 counts. Building and asking must cut alike, so both call this."""

import re
import threading
import unicodedata

import Stemmer

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
"""Kana, Han, Hangul and Thai: scripts that put no space where we could cut."""

_RUN = re.compile(rf"[{CJK}]")
_TOKEN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:['-][^\W_{CJK}]+)*")
_LONGEST = 40  # characters of one word; what is longer is a key or noise, and nobody types it twice


class _Stemmers(threading.local):
    """One a thread: making one costs more than a line's words, and two threads may not use the same at once."""

    def __init__(self) -> None:
        self.stemmer: Stemmer.Stemmer = Stemmer.Stemmer("english")


_of_this_thread = _Stemmers()


def words(text: str) -> list[str]:
    """Folded, stemmed words in their order: "Co-op claims" gives co, op, coop, claim."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").replace("\u2010", "-")
    found: list[str] = []
    for token in _TOKEN.findall(folded):
        if _RUN.match(token):
            found.extend(token[i : i + 2] for i in range(max(len(token) - 1, 1)))
        elif "-" in token:
            parts = token.split("-")
            found.extend(parts)
            if len(parts) == 2:
                found.append("".join(parts))
        else:
            found.append(token)
    stems: list[str] = _of_this_thread.stemmer.stemWords([word[:_LONGEST] for word in found])
    return stems


_COMMON = """
a about after all also am an and any are as at be because been before being between but by can cannot could
did do does doing done for from get getting give go got had has have having he hello help her here hey hi him
his how i if in into is it its just let like may me might more most much must my need no not now of off ok on
one only or other our out over own please same shall she should so some still such tell than thank thanks that
the their them then there these they thing this those to too up us very want was way we were what when where
which while who whom whose why will with would yes you your i'm i've i'd we're we've it's don't can't doesn't
isn't didn't won't what's that's there's
"""

_COMMON_ELSEWHERE = """
der das und oder ich wir ihr sie ist sind ein eine einen einem einer nicht wie wo wann warum kann können muss
mein meine meinen unser unsere mit von für auf zu zum zur im am den dem des es bei nach werden wird habe haben
bitte gibt le la les un une du et ou je nous vous il elle est sont ne pas comment où quand pourquoi que qui
quoi peut peux mon ma mes notre nos avec dans sur au aux ce cette s'il plaît el los las una uno y o yo
nosotros cómo dónde cuándo qué quién puedo podemos mi mis nuestro nuestra con de en por para lo se si está hay
favor os um uma e eu nós são não como onde quando posso meu minha nosso nossa com em na da gli ed io noi è
sono non dove perché mio mia nostro nostra di del della het een ik wij zijn niet hoe waar wanneer waarom kan
mijn onze met van voor op te dir mir dich mich uns euch geht heute hallo danke guten bonjour merci hola
gracias
"""

ELSEWHERE = frozenset(words(_COMMON_ELSEWHERE)) - frozenset(words(_COMMON))
"""Common in another language and not in English: one of them tells that a text is not English."""

COMMON = frozenset(words(_COMMON)) | ELSEWHERE
"""What a question is made of, whatever it asks: no evidence that an article speaks of the same thing.

Besides English also German, French, Spanish, Portuguese, Italian and Dutch: one article in a language must not draw
every question asked in it."""
