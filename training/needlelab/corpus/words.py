"""Words for the general slots, each list divided into train and heldout by a stable hash (all written for this project)."""

from __future__ import annotations

import random
from collections.abc import Callable

from ..synth import names
from ..synth.names import table
from ..synth.text import divide

LISTS = {
    "podcast": table("""
the daily brief|history in a hurry|Serial|Radiolab|science hour|Planet Money|This American Life|the football ramble|Stuff You Should Know|Hardcore History|Song Exploder|the cooking show|99% Invisible
Criminal|the morning briefing|Freakonomics|true crime weekly|Tech Tonight|the language lab|In Our Time|Gardeners' Corner|Bedtime Stories|Chess Talk|the parenting hour|Small Town Mysteries
"""),
    "movie": table("""
The Matrix|Finding Nemo|Casablanca|Inception|Paddington|Star Wars|Dune|Blade Runner|Planet Earth|Bluey|Peppa Pig|The Office|Seinfeld|Frozen|Toy Story|Jaws|Amélie|Spirited Away|Stranger Things
The Great British Bake Off|The Crown|Ratatouille|The Princess Bride|Back to the Future|Die Hard|Shrek|My Neighbour Totoro|Chernobyl|Midnight Harbour|The Last Lighthouse|Chef's Table|Moana
"""),
    "station": names.STATIONS + table("Radio 1|Radio Swiss Jazz|Smooth Radio|Absolute 80s|Virgin Radio|the jazz station|RTÉ Radio 1|Hit FM|Talk Radio|Rock Antenne|ABC Classic|Heart FM|LBC|Cadena SER"),
    "playlist": [p.removeprefix("my ") for p in names.PLAYLISTS] + table("morning run|study beats|dinner jazz|dad rock|90s party|rainy day|garage gym|baking songs|Friday feeling|kids disco|slow Sunday|summer 2019|indie mix|yoga flow"),
    "day": table("monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|next monday|next friday|this saturday|this sunday|next thursday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"),
    "place": table("""
London|Paris|Berlin|Chicago|Tokyo|Madrid|Oslo|Seattle|Lisbon|Mumbai|Boston|Vienna|Nairobi|Toronto|Sydney|Lyon|Porto|Dublin|Denver|Naples|Ghent|central station|Green Park|Lake Como|Mill Street
harbour market|Elm Grove library|St Mary's hospital|city hall|North Gate|Kew Gardens|Terminal 2|Riverside mall|Hillcrest school|Pier 9|Old Town|Brighton beach|Pine Ridge trail|Union Square
"""),
    "city": table("""
London|Paris|Berlin|Chicago|Tokyo|Madrid|Oslo|Seattle|Lisbon|Mumbai|Boston|Kraków|Vienna|Nairobi|Toronto|Sydney|Lyon|Porto|Austin|Zürich|Dublin|Malmö|Cape Town|Denver|Naples|Ghent|Istanbul
Buenos Aires|Lagos|Seoul|Hanoi|Prague|Helsinki|Montreal|Bogotá|Leeds|Cardiff|Valencia|Turin|Rotterdam|Osaka|Perth|Auckland|Salt Lake City|Kansas City|Phoenix|San Diego|Rio|Athens|Cork|Bath|Nice
"""),
    "food": table("""
pizza|sushi|pad thai|a burger|two burritos|lasagna|chicken curry|a Greek salad|ramen|fish and chips|falafel wraps|tacos|pancakes|a margherita|dumplings|pho|butter chicken|tomato soup|mushroom risotto
a club sandwich|vegetable stir fry|a cheese toastie|banana bread|paella|chili con carne|carbonara|roast chicken|apple pie|shakshuka|gnocchi|a poke bowl|miso soup|a quiche|potato salad|ratatouille
"""),
    "company": table("""
Acme|Nordwind|Blue Harbor|Globex|Tesla|Apple|Siemens|Ikea|Spotify|Netflix|Contoso|Initech|Hooli|Nokia|Lidl|Novartis|Umbrella Foods|Lindqvist & Sons|Pinewood Labs|Quantum Freight|Vodafone|Airbus
Brightwater Energy|Kestrel Airlines|Marigold Bank|Fernway Logistics|Ostrander Group|Toyota|Nintendo|Bayer|Red Door Books|Sunny Side Bakery|Nvidia|Intel|Aldi|Volvo|Lego|Maersk
"""),
    "title": table("""
Project kickoff|dentist|team lunch|Weekly sync|Budget review|parents' evening|dinner with Ana|The Hobbit|my first novel|holiday plans|Meeting notes|quarterly report|grandma's recipes|Chapter 3
shopping ideas|piano lesson|birthday party|Sprint planning|garden diary|Client call|car service|standup|yoga|Reading club|tax documents|moving checklist|Trip to Rome|wedding speech|bug list|Design review
"""),
    "topic": table("""
climate change|the election|football|quantum computing|electric cars|gardening|the stock market|world war two|beekeeping|black holes|sourdough|machine learning|the housing market|Roman history
vaccines|space travel|chess openings|jazz history|coral reefs|knitting|inflation|solar panels|volcanoes|tennis|bird migration|minimalism|the olympics|sleep|vegan cooking|cyber security|fjords
"""),
    "language": table("""
Spanish|French|German|Italian|Portuguese|Japanese|Korean|Polish|Swedish|Dutch|Turkish|Arabic|Hindi|Greek|Czech|Finnish|Norwegian|Danish|Russian|Ukrainian|Mandarin|Vietnamese|Hungarian|Swahili|Welsh|Irish
"""),
    "currency": table("""
euros|dollars|pounds|yen|Swiss francs|Norwegian kroner|zloty|rupees|pesos|Canadian dollars|Swedish kronor|won|Turkish lira|Czech koruna|rand|yuan|bitcoin|Australian dollars|forint|reais
"""),
    "app": table("""
Spotify|WhatsApp|YouTube|Netflix|Gmail|Signal|Slack|Chrome|Firefox|Maps|Notes|Photos|Instagram|Duolingo|Zoom|Steam|Outlook|Telegram|Audible|Strava|Kindle|Dropbox|Excel|Minecraft|Teams|the calculator
VS Code|Discord|Pocket Casts|Shazam|Headspace|Trello|Notion|Skype|Uber|PayPal|Blender|the camera app|the banking app|Todoist
"""),
    "street_name": table("""
Maple|Oak|High|Church|Mill|Station|Park|Elm|Willow|King|Queen|Garden|Harbour|Bridge|Castle|Chestnut|Orchard|River|Hill|Market|Baker|Cedar|Lincoln|Victoria|Rose|Spring|Walnut|Highland|Abbey|Juniper
"""),
    "file_name": table("""
report|budget|notes|invoice|resume|photo|backup|draft|contract|slides|agenda|minutes|holiday|thesis|menu|map|receipts|data|summary|guestlist|logo|recipe|manual|lease|homework|letter|scan|playlist
"""),
    "domain": table("example.com|mail.com|post.net|work.org|fastmail.com|school.edu|blue-harbor.com|nordwind.de|inbox.io|acme.co|homebox.se|letters.fr|quickpost.co.uk"),
    "by": table("""
by the couch|next to the TV|over the table|in the corner|on the left|on the right|by the window|over the sink|next to the bed|behind the sofa|by the door|above the stove|on the shelf|near the fireplace
by the stairs|on the desk|beside the piano|over the mirror|under the stairs|on the balcony side|facing the street|in the back|by the bookshelf|at the top|next to the fridge|on the landing|by the crib
"""),
    "timer": names.LABELS,
}  # fmt: skip
WORDS = {key: divide(f"corpus/{key}", items) for key, items in LISTS.items()}
_MONTHS = table("january|february|march|april|may|june|july|august|september|october|november|december")
_STREET = ("Street", "Road", "Lane", "Avenue", "Street", "Square", "Way", "Drive")
_ENDING = ("pdf", "txt", "docx", "xlsx", "jpg", "csv", "pptx", "png", "zip", "md", "mp3", "html")


def word(rng: random.Random, split: str, key: str) -> str:
    """A member of one of the lists."""
    return rng.choice(WORDS[key][split])


def ordinal(day: int) -> str:
    """1st, 2nd, …"""
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def date(rng: random.Random, split: str) -> str:
    """A day of the year."""
    month, day = rng.choice(_MONTHS), rng.randint(1, 28)
    month = month.title() if rng.random() < 0.6 else month
    form = rng.randrange(4)
    return (f"{month} {ordinal(day)}", f"{month} {day}", f"{day} {month}", f"{ordinal(day)} of {month}")[form]


def _email(rng: random.Random, split: str) -> str:
    first = rng.choice([p for p in names.PEOPLE if p.isascii() and " " not in p]).lower()
    return f"{first}{rng.choice(('', '', str(rng.randint(1, 99)), '.' + rng.choice(names.SURNAMES).lower()))}@{word(rng, split, 'domain')}"


def _phone(rng: random.Random, split: str) -> str:
    digits = "".join(str(rng.randint(0, 9)) for _ in range(7))
    return (f"555 {digits[:4]}", f"0{rng.randint(100, 999)} {digits}", f"555-{digits[:4]}", f"+{rng.randint(30, 49)} {digits}")[rng.randrange(4)]


def _url(rng: random.Random, split: str) -> str:
    return rng.choice(("", "https://", "www.")) + word(rng, split, "domain") + rng.choice(("", "", "/" + word(rng, split, "file_name"), "/blog", "/shop"))


def _street(rng: random.Random, split: str) -> str:
    name = f"{word(rng, split, 'street_name')} {rng.choice(_STREET)}"
    return f"{rng.randint(1, 199)} {name}" if rng.random() < 0.7 else name


def _file(rng: random.Random, split: str) -> str:
    return f"{word(rng, split, 'file_name')}{rng.choice(('', '', '_v2', '-final', str(rng.randint(1, 24))))}.{rng.choice(_ENDING)}"


MADE: dict[str, Callable[[random.Random, str], str]] = {"date": date, "email": _email, "phone": _phone, "url": _url, "street": _street, "file": _file}
