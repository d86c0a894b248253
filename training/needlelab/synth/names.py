"""Words for rooms, devices, people, media, lists and messages (all written for this project)."""

from __future__ import annotations


def table(text: str) -> list[str]:
    """Members separated by "|" or line ends."""
    return [part.strip() for line in text.strip().splitlines() for part in line.split("|") if part.strip()]


ROOMS = table("""
kitchen|living room|bedroom|bathroom|hallway|hall|dining room|office|study|garage|basement|attic|loft|nursery|guest room|guest bedroom
master bedroom|main bedroom|kids' room|kids room|children's room|playroom|laundry room|laundry|utility room|pantry|larder|cellar|wine cellar
garden|backyard|back yard|front yard|patio|terrace|balcony|porch|front porch|driveway|deck|conservatory|sunroom|sun room|greenhouse
shed|workshop|studio|library|den|family room|lounge|sitting room|foyer|entryway|entrance|entrance hall|corridor|landing|stairs|stairwell|mudroom
cloakroom|closet|walk-in closet|dressing room|wardrobe|ensuite|powder room|guest bathroom|downstairs bathroom|upstairs bathroom|shower|toilet|loo
gym|home gym|sauna|spa|pool|pool house|hot tub|home theater|cinema room|media room|TV room|game room|music room|craft room|sewing room
darkroom|server room|boiler room|storage room|box room|spare room|breakfast nook|kitchenette|snug|parlor|drawing room|orangery|veranda|carport
barn|stable|summer house|tree house|treehouse|granny flat|in-law suite|bunker|man cave|reading nook|dog room|cat room|chicken coop|mezzanine room
Emma's room|Leo's room|Grandma's room|Dad's office|the twins' room|Noor's room|Oskar's bedroom|Lily's bedroom|Mum's study|Finn's room
wohnzimmer|la cuisine|salón|soggiorno|blue room|red room|room 3|bay two|east wing|west wing|north bedroom|little room|big hall|tower|atelier
""")
FLOORS = table("""
upstairs|downstairs|first floor|second floor|third floor|ground floor|top floor|lower level|upper level|main floor|basement level
lower floor|upper floor|attic floor|garden level|mezzanine|bottom floor|middle floor|fourth floor|roof level|main level|entry level
""")
ADVERB_FLOORS = {"upstairs", "downstairs"}
KINDS = {
    "light": table("""
lamp|light|reading lamp|floor lamp|bedside lamp|nightlight|night light|ceiling light|spotlights|spots|downlights|pendant|pendant light
chandelier|strip|LED strip|light strip|string lights|fairy lights|wall light|sconces|desk lamp|table lamp|bulb|bulbs|lantern|orb|uplighter|lava lamp
mirror light|vanity lights|track lights|cabinet lights|porch light|flood light|floodlights|globe|candles|light bar|star projector|salt lamp
aquarium light|grow light|step lights|path lights|neon sign|counter lights|stair lights|standing lamp|hue|ceiling lights|Christmas lights|tube
"""),
    "fan": table(
        "fan|ceiling fan|tower fan|desk fan|extractor fan|exhaust fan|ventilator|air purifier|purifier|pedestal fan|ventilation|bathroom fan|"
        "box fan|window fan|air cleaner|vent fan|range hood|hood|stand fan|air circulator|whole-house fan|recirculation fan"
    ),
    "plug": table(
        "plug|smart plug|socket|outlet|power strip|switch|power outlet|wall socket|extension lead|adapter|charger|phone charger|wall switch|"
        "relay|power switch|double socket|scooter charger|USB hub|dimmer switch|plug 2|socket 4"
    ),
    "appliance": table("""
coffee machine|coffee maker|espresso machine|kettle|dishwasher|washing machine|washer|dryer|tumble dryer|oven|slow cooker|rice cooker|toaster|microwave
air fryer|dehumidifier|humidifier|aquarium pump|fountain|sprinklers|sprinkler|irrigation|pool pump|electric blanket|towel rail|printer|router
3D printer|diffuser|baby monitor|doorbell camera|camera|hot tub|sauna|jacuzzi|water heater|boiler|freezer|fridge|wine cooler|pet feeder|fish tank
projector|game console|bread maker|pond pump|fireplace|water softener|security camera|laser cutter|kiln|litter box|treadmill|heat lamp
"""),
    "media": table("""
TV|television|speaker|speakers|soundbar|stereo|radio|record player|sound system|receiver|Sonos|smart display|hi-fi|home cinema|boombox|tablet
telly|Chromecast|Apple TV|Fire Stick|media player|amplifier|alarm clock radio|turntable|subwoofer|jukebox|echo dot|music box|big screen|streaming box
"""),
    "climate": table("""
thermostat|heating|heater|radiator|air conditioner|AC|air con|heat pump|underfloor heating|floor heating|aircon|space heater|central heating
furnace|panel heater|towel radiator|climate unit|A/C|mini split|cooling|HVAC|wall heater|infrared heater|stove|convector|boiler thermostat|radiator valve
"""),
    "lock": table("""
front door|back door|door|garage door lock|side door|patio door|front gate|gate|door lock|deadbolt|smart lock|cellar door|shed door|main entrance
balcony door|entry door|main door|porch door|side gate|bike shed|storage door|medicine cabinet|gun safe|safe|workshop door|office door|mailbox|liquor cabinet
delivery box|rear door|utility door|screen door|wine cabinet|apartment door|lobby door|basement door
"""),
    "vac": table("""
vacuum|robot|robot vacuum|vacuum cleaner|hoover|Roomba|mop|robot mop|cleaning robot|cleaner|sweeper|dust bot|floor cleaner|Roborock|cleaning bot
dirt collector|vacuum robot|window robot|pool robot
"""),
    "mower": table(
        "mower|lawn mower|robot mower|lawnmower|grass robot|mowing robot|Automower|lawn robot|grass cutter|hedgehog mower"
    ),
    "sensor": table("""
motion sensor|door sensor|window sensor|thermometer|smoke detector|leak sensor|temperature sensor|humidity sensor|doorbell|remote|weather station
air monitor|CO2 sensor|flood sensor|rain gauge|soil sensor|presence sensor|glass break sensor|button|key fob|water sensor|contact sensor|hygrometer|wall remote
"""),
}
COVERS = {
    "blind": table(
        "blinds|blind|roller blind|venetian blinds|roman blind|window blinds|roof blind|skylight blind|slats|vertical blinds|pleated blinds"
    ),
    "curtain": table(
        "curtains|curtain|drapes|sheers|blackout curtains|net curtains|theatre curtain|shower curtain|velvet curtains|drape"
    ),
    "shutter": table(
        "shutters|shutter|roller shutter|roller shutters|rolling shutter|storm shutters|terrace shutter|wooden shutters"
    ),
    "shade": table("shades|shade|window shade|roller shade|sun shade|honeycomb shades|pergola shade|cellular shade"),
    "awning": table("awning|awnings|sun sail|patio cover|retractable awning|marquise|deck awning"),
    "window": table(
        "window|windows|skylight|roof window|roof hatch|bay window|velux|vent window|dormer window|louvre window"
    ),
    "garage": table(
        "garage door|garage|garage doors|car port door|big garage door|left garage door|carport door|double garage door"
    ),
    "gate": table(
        "gate|front gate|driveway gate|garden gate|sliding gate|back gate|yard gate|dog gate|entrance gate|barn gate"
    ),
    "door": table(
        "door|pet door|cat flap|sliding door|patio doors|dog door|coop door|barn door|lift door|french doors|elevator door"
    ),
    "valve": table(
        "valve|water valve|main valve|gas valve|garden valve|irrigation valve|radiator valve|shutoff valve|sprinkler valve|main water tap"
    ),
}
GROUPS = {
    "light": table("lights|lamps|lights|lights|lights|lighting|bulbs"),
    "fan": table("fans|fans|ventilators"),
    "plug": table("plugs|sockets|outlets|switches|smart plugs"),
    "media": table("speakers|TVs|screens|speakers|televisions"),
    "climate": table("radiators|heaters|thermostats|heating|radiators|air conditioners"),
    "lock": table("doors|locks|doors|gates|door locks|outside doors"),
    "cover": table("blinds|curtains|shutters|shades|windows|garage doors|gates|awnings|blinds|curtains|drapes"),
    "vac": table("vacuums|robots|hoovers"),
    "appliance": table("appliances|cameras|sprinklers|devices|gadgets"),
    "sensor": table("sensors|smoke detectors|motion sensors"),
}
NOUN_CLASS = {
    "blinds": "blind", "curtains": "curtain", "drapes": "curtain", "shutters": "shutter", "shades": "shade", "windows": "window",
    "garage doors": "garage", "gates": "gate", "awnings": "awning",
}  # fmt: skip
SINGULAR = {
    "lights": "light", "lamps": "lamp", "fans": "fan", "plugs": "plug", "sockets": "socket", "switches": "switch", "speakers": "speaker",
    "TVs": "TV", "radiators": "radiator", "heaters": "heater", "doors": "door", "locks": "lock", "blinds": "blind", "curtains": "curtain",
    "shutters": "shutter", "windows": "window", "gates": "gate", "outlets": "outlet", "screens": "screen", "bulbs": "bulb",
}  # fmt: skip
ADJECTIVES = table("""
big|little|small|old|new|tall|corner|left|right|front|back|middle|upper|lower|main|spare|antique|white|black|red|blue|green|brass|copper|wooden|round|square
cheap|fancy|broken|noisy|quiet|bright|outdoor|indoor|north|south|east|west|second|third|other|far|near|bedside|window|wall|shelf|table|desk|sofa|couch|bar
island|stove|sink|mirror|stair|piano|crib|bunk bed|bookcase|fireplace|aquarium|art|painting|retro|vintage|crystal|paper|bamboo|marble|glass|silver|golden
yellow|pink|striped|rusty|ugly|lovely|favorite|guest|party|holiday|Christmas|backup|testing|balcony|driveway|hallway|garden|upstairs|downstairs
""")
BRANDS = table("""
Lumo|IKEA|Hue|Nanoleaf|Lifx|Tuya|Shelly|Aqara|Zemi|Tapo|Kasa|Meross|Wiz|Govee|Yeelight|Sonoff|Eve|Fibaro|Innr|Ledvance|Brightek|Novus|Arlo|Ecoglow|Dyson
Bosch|Philips|Samsung|LG|Sony|Xiaomi|Velo|Orbi|Kessel|Nimbus|Polar|Zephyr|Aurora|Halo|Vesta|Quark|Bramble|Tindra|Solvik|Marlow|Penrose|Hektor|Tradfri|Nest
Ecobee|Netatmo|Danfoss|Somfy|Yale|Nuki|August|Schlage|Honeywell|Daikin|Mitsubishi|Eufy|Neato|Husqvarna|Worx|Bose|Denon|JBL|Marshall|Roku|Nvidia
""")
OWNERS = table("""
Nana's|Emma's|Leo's|Dad's|Mum's|Mom's|Grandpa's|Grandma's|Oskar's|Priya's|Chen's|Fatima's|the baby's|the dog's|the cat's|Lily's|Noah's|Uncle Bob's|Jonas's
Mia's|Kofi's|Yuki's|Santiago's|Anna's|Tom's|Sofia's|Ravi's|Ines's|Björn's|Zoë's|the kids'|the neighbours'|Maria's|Daddy's|Auntie May's|Ben's|Hugo's|Ola's|my wife's
""")
WHOLE = {
    "light": table("""
la lampe bleue|Stehlampe|lampara del salón|lampada rossa|lampe de chevet|Leselampe|lampka nocna|taklampan|bureaulamp|Sunny|Big Bertha|moonbeam|glow worm|Lumière
the Eiffel Tower|disco ball|light 1|light 2|lamp 3|L4|bed left|bed right|over the sink|behind the TV|Bob|Pixar|the moon|firefly|lucioles|jellyfish|dragon egg
"""),
    "fan": table(
        "Ventilator|ventilateur|ventilador|Deckenventilator|Breezy|windmaker|whirly|fan 1|fan two|Mister Blow"
    ),
    "plug": table("Steckdose|prise du salon|enchufe|plug 1|plug 7|power one|gniazdko|Stecker links"),
    "appliance": table(
        "Kaffeemaschine|la cafetière|lavadora|Waschmaschine|pralka|Java Joe|brewster|kaffebryggaren|lavastoviglie|HAL"
    ),
    "media": table(
        "Fernseher|la télé|enceinte du salon|Musikanlage|televisor|Big Boy|the box|boomer|radio cuisine|telewizor|högtalaren"
    ),
    "climate": table(
        "Heizung|chauffage|calefacción|termostato|Heizkörper|Frosty|the beast|klimatyzacja|elementet|riscaldamento"
    ),
    "lock": table("Haustür|porte d'entrée|puerta principal|la porta|drzwi wejściowe|ytterdörren|Hintertür|Fort Knox"),
    "vac": table(
        "Rosie|Dusty|Staubsauger|Wall-E|Sir Sucksalot|Mister Clean|l'aspirateur|R2|Jeeves|Hoovie|Dobby|Bertie|dammsugaren|Krümel|odkurzacz|Botley"
    ),
    "mower": table("Mowgli|Shaun|Rasenmäher|Mo|Grasshopper|la tondeuse|Lawn Ranger|Moe"),
    "sensor": table("Thermometer|sonde extérieure|sensor 2|Bewegungsmelder|termómetro|node 5|capteur|Wetterstation"),
    "cover": table(
        "Rollläden|volet roulant|persiana|Jalousie|Vorhang|les volets|cortinas|żaluzje|big flap|the portcullis|tende|persiennen"
    ),
}
COVER_CLASS_OF_WHOLE = "shutter"
PEOPLE = table("""
Emma|Leo|Anna|Tom|Priya|Chen|Fatima|Oskar|Sofia|Mia|Noah|Ravi|Kofi|Yuki|Maria|Ben|Hugo|Ines|Ola|Björn|Zoë|Liam|Olivia|Ava|Lucas|Marta|Pedro|Ivan|Olga|Ahmed
Layla|Sven|Greta|Paul|Julia|Karim|Nadia|Viktor|Elena|Dan|Kate|Sam|Alex|Chris|Jo|Max|Ruth|Clara|Felix|Nina|George|Harriet|Ming|Aisha|Diego|Carmen|Luca|Bianca
Piotr|Kasia|Erik|Astrid|Mum|Mom|Dad|Grandma|Grandpa|Nana|my wife|my husband|my brother|my sister|my boss|the kids|the babysitter|the neighbours|everyone|everybody
Aunt May|Uncle Bob|Dr Patel|Mrs Lind|Mr Okafor|Jürgen|Søren|Kenji|Amara|Tariq|Lena|Otto|Wanda|Hanna|Arjun|Deepa|Rosa|Mateo|Ingrid|Yusuf|Chloe|Ethan|Grace
""")
COLORS = table("""
red|blue|green|yellow|orange|purple|pink|white|turquoise|teal|cyan|magenta|violet|lavender|gold|amber|lime|navy|indigo|coral|salmon|crimson|dark red|light blue
sky blue|forest green|deep purple|hot pink|mint green|peach|maroon|royal blue|olive|burgundy|baby blue|lilac|aqua|emerald|rose|ruby|sea green|fuchsia|scarlet|plum
""")
TONES = {
    "candle": table("candlelight|candle light|candle"),
    "warm": table("warm white|warm|a warm white|soft white"),
    "neutral": table("neutral white|neutral|a neutral white"),
    "cool": table("cool white|cool|cold white|a cool white"),
    "daylight": table("daylight|daylight white|daylight"),
}
SPEEDS = {
    "low": table("low|low speed|slow|its lowest speed|the lowest setting"),
    "medium": table("medium|medium speed|mid|the middle setting"),
    "high": table("high|high speed|full speed|full blast|its highest speed|maximum speed"),
    "auto": table("auto|automatic|automatic speed"),
}
MODES = {
    "heat": table("heat|heating|heating mode|heat mode"),
    "cool": table("cool|cooling|cooling mode|cool mode"),
    "auto": table("auto|automatic|auto mode|automatic mode"),
    "dry": table("dry|dry mode|dehumidify mode"),
    "fan_only": table("fan only|fan mode|just the fan|fan only mode"),
    "eco": table("eco|eco mode|economy mode|energy saving mode"),
}
SCENES = table("""
movie night|good night|goodnight|good morning|dinner|romantic|party|relax|reading|bedtime|cozy|focus|work|homework|leaving home|I'm home|away|vacation|sunrise|sunset
game day|date night|bath time|yoga|workout|cinema|welcome|wake up|night mode|cooking|cleaning|nap time|storm|beach|forest|ocean|aurora|candlelit dinner|lazy sunday|gaming
concentrate|siesta|guests|Christmas morning|Halloween|summer evening|snow day|rainy day|all off|arrive|goodbye|story time|tea time|dawn|twilight|northern lights|disco|meditation
""")
LABELS = table("""
pasta|egg|eggs|pizza|tea|rice|laundry|oven|nap|workout|bread|chicken|cake|cookies|roast|potatoes|homework|meditation|steak|dishwasher|soup|parking|screen time|plank|sauna
beans|lasagna|turkey|dough|muffins|washing|steeping|marinade|time out|break|stretching|fish|ribs|jam|yoghurt|study|bath|tumble dryer|noodles|quiche|lentils|casserole|piano
""")
LISTS = table("""
shopping list|grocery list|groceries|to-do list|todo list|packing list|wish list|birthday list|hardware list|chores|party list|camping list|bucket list|pharmacy list|reading list
Christmas list|work list|weekend list|garden list|market list|IKEA list|movie list|gift list|errands|holiday list|cleaning list|Costco list|school list|baby list|tasks
""")
ITEM_HEADS = table("""
milk|eggs|bread|butter|cheese|apples|bananas|coffee|tea|rice|pasta|tomatoes|onions|garlic|potatoes|carrots|chicken|salmon|yogurt|flour|sugar|salt|olive oil|paper towels
toilet paper|dish soap|shampoo|toothpaste|batteries|light bulbs|dog food|cat litter|diapers|nappies|wine|beer|orange juice|chocolate|ice cream|cereal|oats|honey|jam|lemons
avocados|spinach|mushrooms|frozen peas|tortillas|soy sauce|vinegar|cinnamon|almonds|sunscreen|band-aids|printer paper|stamps|gift wrap|candles|sponges|bin bags|detergent
fabric softener|foil|baking powder|basil|cucumbers|mustard|ketchup|peanut butter|tofu|crackers|ham|sausages|razors|tissues|hand soap|screws|duct tape|potting soil|bird seed
""")
ITEM_PREFIX = table(
    "two bottles of|a dozen|a bag of|organic|a pack of|three|fresh|half a kilo of|a box of|six|a jar of|two cans of|gluten-free|frozen|oat|vegan"
)
TASKS_VERB = table(
    "call|email|pick up|pay|water|feed|clean|book|check|buy|renew|fix|return|take|text|visit|cancel|wash|order|move|charge|thank|ask"
)
TASKS = {
    "call": table("the dentist|grandma|the bank|the plumber|my sister|the school|the landlord|the vet"),
    "email": table("my boss|the landlord|the teacher|Anna|the accountant"),
    "pick up": table("the kids|the dry cleaning|my prescription|Leo from school|the parcel|the cake"),
    "pay": table("the rent|the electricity bill|the water bill|the babysitter|the parking ticket|my taxes"),
    "water": table("the plants|the tomatoes|the orchids|the garden|the lawn"),
    "feed": table("the cat|the fish|the dog|the chickens|the sourdough starter"),
    "clean": table("the oven|the gutters|the fish tank|the grill|the litter box"),
    "book": table("a haircut|the campsite|a table for Friday|the flights|a checkup"),
    "check": table("the oven|the mail|the tyres|the smoke alarm|the laundry|the roast"),
    "buy": table("milk|a birthday card|stamps|flowers|new shoes"),
    "renew": table("my passport|the insurance|the car registration|the library books"),
    "fix": table("the fence|the tap|the bike|the squeaky door"),
    "return": table("the library books|the drill|the shoes|Tom's ladder"),
    "take": table(
        "my pills|the bins out|the trash out|out the recycling|the cake out of the oven|my medicine|a break|the dog for a walk"
    ),
    "text": table("Emma back|the babysitter|my brother|the neighbours"),
    "visit": table("grandpa|the museum|Mrs Lind"),
    "cancel": table("the gym membership|the free trial|the dentist appointment"),
    "wash": table("the car|the sheets|the windows|my gym clothes"),
    "order": table("more ink|the pizza|a new filter|firewood"),
    "move": table("the car|the laundry to the dryer|the sprinkler"),
    "charge": table("my phone|the car|the drill battery|the scooter"),
    "thank": table("Ravi|the neighbours|my mother in law"),
    "ask": table("Dad about the key|Priya about Sunday|the doctor about the results"),
}
MESSAGES = table("""
dinner is ready|I'm on my way home|time for bed|the bus is here in five minutes|breakfast is on the table|please come downstairs|I'll be late|the pizza has arrived|we are leaving now
clean up your toys|the laundry is done|don't forget your lunch|school starts in ten minutes|who took my keys|happy birthday|the meeting moved to three|I love you|call me back
lunch in five|the dog needs a walk|grandma is at the door|turn the music down|the movie is starting|bring your shoes inside|it's your turn to do the dishes|the car is packed
bath time|the taxi is here|we have guests|please be quiet, the baby is asleep|I forgot my wallet|see you at eight|the game is about to start|snacks are ready|close the door behind you
I am stuck in traffic|the plumber comes at four|don't wait for me|coffee's ready|good morning everyone|it's snowing|good night|your parcel is here|the power will be off until noon
""")
MSG_WHO = table(
    "the kids|I|we|grandpa|the guests|the builders|Anna|everybody|the cat|your brother|the neighbours|Leo|my parents|the twins|Kofi|the delivery guy"
)
MSG_DO = table(
    "will be there soon|left already|need help|forgot the keys|want pizza|found the remote|can't sleep|arrived safely|need five more minutes|will call later|broke a glass|won|ate it all"
)
ARTISTS = table("""
Adele|The Beatles|Miles Davis|Mozart|Queen|Taylor Swift|Bob Marley|Radiohead|Nina Simone|Daft Punk|Björk|Metallica|Bach|ABBA|Drake|Shakira|Pink Floyd|Aretha Franklin|Coldplay
Billie Holiday|Kraftwerk|Rammstein|Stromae|Édith Piaf|Fela Kuti|Ravi Shankar|Norah Jones|Johnny Cash|Elvis|Beethoven|Chopin|Vivaldi|David Bowie|Prince|Madonna|Sade|Enya|Muse
The Velvet Lanterns|Paper Kites Club|DJ Marmalade|Oskar Lindqvist|The Hollow Oaks|Tin Whistle Army|Los Caminantes|Midnight Ferry|Anouk Delacroix|Sister Static|The Long Weekend
""")
SONG_A = table(
    "blue|golden|broken|midnight|summer|silver|last|electric|paper|wild|lonely|crystal|northern|velvet|hidden|burning|quiet|distant|falling|little"
)
SONG_B = table(
    "moon|hearts|river|highway|rain|dreams|fire|garden|train|mirror|sky|dance|letters|island|shadows|roses|city|thunder|ocean|lullaby"
)
TITLES = table("""
Bohemian Rhapsody|Yesterday|Take Five|Hotel California|Clair de Lune|Imagine|Jolene|Smooth Operator|Wonderwall|Africa|Dancing Queen|Hallelujah|So What|La Vie en rose
The Matrix|Finding Nemo|Casablanca|Inception|Paddington|Star Wars|The Great British Bake Off|Planet Earth|Friends|Stranger Things|Bluey|Peppa Pig|The Office|Seinfeld|Blade Runner
the daily news podcast|This American Life|Radiolab|Serial|Desert Island Discs|the science hour|Hardcore History|99% Invisible|the latest episode of Serial|Dune|Harry Potter
""")
GENRES = table("""
jazz|some jazz|classical music|rock|lo-fi beats|hip hop|techno|christmas music|christmas songs|soul|disco|reggae|blues|country|ambient music|rain sounds|white noise|whale song
lullabies|workout music|dinner music|piano music|movie soundtracks|80s hits|90s rock|something relaxing|party music|bossa nova|k-pop|opera|flamenco|children's songs|punk
indie folk|some blues|an audiobook|the news|nature sounds|salsa|synthwave|acoustic covers|meditation music|swing|death metal|spa music
""")
STATIONS = table(
    "BBC Radio 4|NPR|Classic FM|KEXP|FIP|Radio Paradise|Deutschlandfunk|Jazz24|Radio 2|France Inter|Antenne Bayern|Triple J|WNYC|Capital FM|Radio Nova|Kiss FM|SomaFM|Rai Radio 3"
)
PLAYLISTS = table(
    "my workout playlist|my favorites|Sunday morning|my discover weekly|road trip|chill vibes|deep focus|cooking mix|my liked songs|sleep playlist|party mix|bath time songs"
)
PLACES = table(
    "London|Paris|Berlin|Chicago|Tokyo|Madrid|Oslo|Seattle|Lisbon|Mumbai|Boston|Kraków|Vienna|Nairobi|Toronto|Sydney|Lyon|Porto|Austin|Zürich|Dublin|Malmö|Cape Town|Denver|Naples|Ghent"
)
INPUTS = table(
    "HDMI 1|HDMI 2|Netflix|YouTube|the PlayStation|the Xbox|Spotify|AirPlay|bluetooth|live TV|Disney Plus|HDMI three|AUX|the antenna|Prime Video|the laptop"
)
THINGS = table("""
cat|dog|plants|bird feeder|oven|gutters|grill|bike|fence|front step|lawnmower|dishwasher|suitcases|drawers|knives|bookshelf|tent|barbecue|compost|pool|filter|chimney|basement|attic|car
hamster|smoke detector|printer|coffee machine|litter box|mailbox|hedge|windows|gate|tap|sink|garage|shed|tires|boat|piano|guitar|camera|drone|scooter|stroller|crib|swing|treehouse|pond
""")
MATTERS = sorted(
    {
        thing
        for things in TASKS.values()
        for thing in things
        if not thing.endswith((" out", " back", " dryer", " school"))
    }
    | set(
        table("""
the dentist|the school play|Anna's birthday|the parking|the meeting with Kofi|the car inspection|our anniversary|the concert|my appointment|the homework|the bins|the vet visit|yoga class|the webinar
the tax deadline|the train at six|the casserole|the parents' evening|the vaccination|choir practice|the package|the job interview|the bake sale|the oil change|soccer practice|the phone call with the bank
""")
    )
)
SURNAMES = table(
    "Okafor|Lind|Patel|Novak|Garcia|Schmidt|Rossi|Tanaka|Kowalski|Hansen|Dubois|Silva|Nguyen|Murphy|Haddad|Petrov|Larsson|Costa|Weber|Kim|Moreau|Santos|Yilmaz|Fischer|Brown"
)
MOODS = table(
    "cozy|lazy|late night|early|rainy|summer|winter|quiet|bright|calm|festive|deep|soft|warm|spooky|golden|romantic|busy|sleepy|holiday|weekend|Friday|Sunday|retro|magic|happy|slow|family"
)
OCCASIONS = table(
    "evening|morning|dinner|breakfast|reading|party|cinema|bath|focus|game night|brunch|workout|cleaning|study|nap|goodbye|arrival|guests|cooking|concert|picnic|coffee|jazz|dance|homework|date"
)
