"""What goes together: quantities with goods, chores with things."""

from __future__ import annotations

from .names import table

_FOOD = table("""
milk|bread|butter|cheese|coffee|tea|rice|pasta|tomatoes|onions|garlic|potatoes|carrots|chicken|salmon|yogurt|flour|apples|bananas|lemons|avocados|spinach|mushrooms|eggs|basil|cucumbers|tofu|ham|sausages|honey|oats
""")
_COUNTED = table("eggs|apples|bananas|lemons|avocados|onions|candles|batteries|light bulbs|stamps|sausages|tomatoes|cucumbers|sponges|potatoes|razors")
QUANTITIES = {
    "two bottles of": table("milk|wine|beer|olive oil|orange juice|soy sauce|vinegar|shampoo|dish soap|ketchup|sunscreen|hand soap|fabric softener"),
    "two cans of": table("tomatoes|mushrooms|beer|dog food|salmon"),
    "a jar of": table("honey|jam|mustard|peanut butter|coffee|cinnamon"),
    "a bag of": table("flour|sugar|salt|rice|oats|onions|potatoes|carrots|apples|lemons|almonds|frozen peas|dog food|cat litter|potting soil|bird seed|spinach"),
    "a box of": table("eggs|tea|cereal|crackers|chocolate|tissues|screws|candles|band-aids|batteries|light bulbs|detergent|printer paper"),
    "a pack of": table("butter|coffee|pasta|ham|sausages|batteries|razors|sponges|stamps|paper towels|toilet paper|diapers|nappies|bin bags|light bulbs|tortillas|tofu|baking powder"),
    "half a kilo of": table("cheese|apples|bananas|tomatoes|onions|potatoes|carrots|chicken|salmon|ham|sausages|mushrooms|spinach|almonds|rice"),
    "a dozen": _COUNTED, "six": _COUNTED, "three": _COUNTED,
    "organic": _FOOD,
    "fresh": table("milk|bread|garlic|salmon|chicken|spinach|mushrooms|basil|pasta|tomatoes|tortillas|orange juice"),
    "frozen": table("chicken|salmon|spinach|tortillas"),
    "gluten-free": table("bread|pasta|flour|cereal|oats|crackers|tortillas|soy sauce|beer|baking powder"),
    "vegan": table("cheese|butter|sausages|ice cream|chocolate|yogurt|wine|honey"),
    "oat": table("milk|yogurt"),
}  # fmt: skip
CHORES = {
    "feed": table("cat|dog|hamster"), "water": table("plants|hedge|compost"), "turn over": table("compost"), "unload": table("dishwasher|car|boat|stroller"), "pack": table("suitcases|tent|car|stroller"),
    "sharpen": table("knives|lawnmower"), "dust": table("bookshelf|piano|drawers|printer"), "empty": table("dishwasher|litter box|mailbox|compost|printer|drawers|coffee machine"),
    "charge": table("camera|drone|scooter|car|bike"), "paint": table("fence|gate|shed|garage|front step|treehouse|crib|bird feeder|boat|basement"),
    "move": table("car|boat|piano|bookshelf|grill|barbecue|scooter|bike|crib|plants|tent"),
    "fix": table("bike|fence|gate|tap|sink|swing|treehouse|printer|drone|scooter|guitar|lawnmower|coffee machine|bird feeder|mailbox|shed"),
    "check": table("oven|smoke detector|mailbox|tires|filter|pool|chimney|gutters|litter box|bird feeder|basement|attic|printer|hamster"),
    "clean": table("oven|gutters|grill|barbecue|fence|front step|bike|pool|pond|filter|chimney|basement|attic|garage|shed|windows|sink|coffee machine|litter box|tires|boat|bird feeder|car"),
}  # fmt: skip
