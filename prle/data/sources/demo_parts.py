"""The hand-written parts of the demo: people, what they do, where, and how one thing can be said in two ways.

Every phrase fits the sentence "PERSON is DOING PLACE." in the singular and the plural.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Person:
    """Somebody: ``a man``; the same in other words: ``a guy``; several: ``men``."""

    one: str
    same: str
    many: str


@dataclass(frozen=True)
class Action:
    """Something that is done; the same in other words; the same with a detail; the same kind with another object."""

    doing: str
    same: str
    detailed: str
    other: str


@dataclass(frozen=True)
class Place:
    """Somewhere, in two ways."""

    at: str
    same: str


@dataclass(frozen=True)
class Topic:
    """Actions that belong together, what they all are in general, and where they happen."""

    general: str
    actions: tuple[Action, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Deed:
    """What one does to another; ``mutual`` deeds mean the same when the two change places."""

    doing: str
    same: str
    mutual: bool


PEOPLE: Final = (
    Person("a man", "a guy", "men"),
    Person("a woman", "a lady", "women"),
    Person("a boy", "a young boy", "boys"),
    Person("a girl", "a young girl", "girls"),
    Person("a child", "a kid", "children"),
    Person("a teenager", "an adolescent", "teenagers"),
    Person("a teacher", "a schoolteacher", "teachers"),
    Person("a student", "a pupil", "students"),
    Person("a nurse", "a hospital nurse", "nurses"),
    Person("a doctor", "a physician", "doctors"),
    Person("a farmer", "a farm worker", "farmers"),
    Person("a tourist", "a sightseer", "tourists"),
    Person("a builder", "a construction worker", "builders"),
    Person("a waiter", "a server", "waiters"),
    Person("a grandmother", "a granny", "grandmothers"),
    Person("an old man", "an elderly man", "old men"),
    Person("a soldier", "an army soldier", "soldiers"),
    Person("a police officer", "a cop", "police officers"),
)

TOPICS: Final = (
    Topic(
        "making music",
        (
            Action(
                "playing the guitar", "strumming a guitar", "playing a slow tune on the guitar", "playing the piano"
            ),
            Action("playing the violin", "performing on a violin", "playing an old violin", "playing the flute"),
            Action("singing a song", "performing a song", "singing a sad folk song", "whistling a tune"),
            Action("beating a drum", "hitting a drum", "beating a big red drum", "ringing a bell"),
            Action("playing the trumpet", "blowing a trumpet", "playing the trumpet very loudly", "playing the harp"),
            Action("tuning a cello", "getting a cello in tune", "carefully tuning a borrowed cello", "tuning a banjo"),
        ),
        (
            Place("in the park", "at the park"),
            Place("on a small stage", "on a little stage"),
            Place("in the living room", "in the lounge"),
            Place("on a street corner", "at the corner of a street"),
            Place("at a wedding", "at a wedding party"),
        ),
    ),
    Topic(
        "preparing food",
        (
            Action(
                "slicing an onion", "cutting an onion", "slicing a large onion with a sharp knife", "slicing a lemon"
            ),
            Action(
                "peeling potatoes", "taking the skin off potatoes", "peeling a bowl of new potatoes", "peeling apples"
            ),
            Action("frying an egg", "cooking an egg in a pan", "frying an egg in butter", "frying a fish"),
            Action("baking bread", "making bread in the oven", "baking bread with walnuts", "baking a cake"),
            Action("stirring a soup", "mixing a soup with a spoon", "stirring a thick tomato soup", "stirring a sauce"),
            Action("grating cheese", "shredding cheese", "grating hard cheese over pasta", "grating carrots"),
        ),
        (
            Place("in the kitchen", "at the kitchen counter"),
            Place("in a restaurant", "at a restaurant"),
            Place("at a campsite", "on a campground"),
            Place("in the school canteen", "in the cafeteria of the school"),
            Place("on a sailing boat", "aboard a sailboat"),
        ),
    ),
    Topic(
        "doing sport",
        (
            Action("kicking a ball", "booting a ball", "kicking a muddy ball at the goal", "throwing a ball"),
            Action("riding a bicycle", "cycling on a bike", "riding a blue bicycle without hands", "riding a scooter"),
            Action("jumping rope", "skipping with a rope", "jumping rope as fast as possible", "doing push-ups"),
            Action(
                "playing tennis", "having a game of tennis", "playing tennis with a new racket", "playing basketball"
            ),
            Action(
                "running a race", "competing in a foot race", "running a long race without shoes", "swimming a race"
            ),
            Action("lifting weights", "raising heavy weights", "lifting weights with one arm", "stretching on a mat"),
        ),
        (
            Place("at the gym", "in the fitness centre"),
            Place("in the schoolyard", "on the school playground"),
            Place("at the beach", "by the sea"),
            Place("at the stadium", "in a stadium"),
            Place("at the summer camp", "in a summer camp"),
        ),
    ),
    Topic(
        "working outdoors",
        (
            Action("planting tulips", "putting tulips in the ground", "planting tulips in two rows", "planting a tree"),
            Action(
                "watering the flowers", "giving water to the flowers", "watering the yellow flowers", "mowing the lawn"
            ),
            Action("digging a hole", "making a hole in the ground", "digging a deep hole", "digging a trench"),
            Action("picking apples", "gathering apples", "picking ripe apples from a ladder", "picking cherries"),
            Action("raking leaves", "collecting leaves with a rake", "raking wet autumn leaves", "shovelling snow"),
            Action("painting a fence", "coating a fence with paint", "painting a wooden fence white", "mending a wall"),
        ),
        (
            Place("behind the house", "at the back of the house"),
            Place("on a farm", "at a farm"),
            Place("near the church", "close to the church"),
            Place("in the garden", "in the yard"),
            Place("beside the river", "by the river"),
        ),
    ),
    Topic(
        "doing the housework",
        (
            Action(
                "washing the dishes", "cleaning the plates", "washing the dishes in cold water", "drying the dishes"
            ),
            Action("ironing a shirt", "pressing a shirt", "ironing a striped shirt", "folding a shirt"),
            Action("sweeping the floor", "brushing the floor", "sweeping the dusty floor", "mopping the floor"),
            Action("cleaning the windows", "wiping the windows", "cleaning the tall windows", "polishing the mirror"),
            Action("making the bed", "tidying the bed", "making the bed with fresh sheets", "taking out the rubbish"),
            Action("repairing a chair", "fixing a chair", "repairing a broken kitchen chair", "repairing a lamp"),
        ),
        (
            Place("at home", "in the house"),
            Place("in a hotel", "at a hotel"),
            Place("in the basement", "in the cellar"),
            Place("at the youth hostel", "in a youth hostel"),
            Place("in an empty flat", "in an empty apartment"),
        ),
    ),
    Topic(
        "looking after an animal",
        (
            Action("feeding a horse", "giving food to a horse", "feeding a hungry brown horse", "feeding a goat"),
            Action("brushing a dog", "grooming a dog", "brushing a dog with long white hair", "washing a dog"),
            Action("stroking a cat", "petting a cat", "stroking a sleepy grey cat", "stroking a rabbit"),
            Action("milking a cow", "getting milk from a cow", "milking a cow by hand", "shearing a sheep"),
            Action("catching a chicken", "getting hold of a chicken", "catching a noisy chicken", "catching a duck"),
            Action("training a puppy", "teaching tricks to a puppy", "training a puppy to sit", "training a parrot"),
        ),
        (
            Place("in the barn", "inside a barn"),
            Place("at the petting zoo", "in the petting zoo"),
            Place("at the country fair", "at a fair in the country"),
            Place("on a small farm", "at a little farm"),
            Place("in the meadow", "on the grass"),
        ),
    ),
    Topic(
        "doing some reading or writing",
        (
            Action(
                "reading a newspaper", "looking through a newspaper", "reading a week-old newspaper", "reading a map"
            ),
            Action("writing a letter", "composing a letter", "writing a long letter in pencil", "writing a poem"),
            Action("solving a puzzle", "working out a puzzle", "solving a very difficult puzzle", "drawing a picture"),
            Action("typing a report", "writing up a report", "typing a report about the budget", "typing an email"),
            Action("studying for an exam", "preparing for a test", "studying for a chemistry exam", "copying a recipe"),
            Action(
                "signing a form", "putting a signature on a form", "signing a form in triplicate", "stamping a form"
            ),
        ),
        (
            Place("in the library", "at the library"),
            Place("in a café", "at a coffee shop"),
            Place("at the office", "in an office"),
            Place("in the waiting room", "in the waiting area"),
            Place("on the balcony", "out on the balcony"),
        ),
    ),
    Topic(
        "travelling",
        (
            Action("buying a ticket", "purchasing a ticket", "buying a return ticket with coins", "showing a ticket"),
            Action(
                "carrying a suitcase", "lugging a suitcase", "carrying a heavy leather suitcase", "opening a suitcase"
            ),
            Action(
                "waiting for a friend", "expecting a friend", "waiting for a friend from Norway", "waiting for a taxi"
            ),
            Action("pushing a trolley", "pushing a cart", "pushing a trolley full of boxes", "pushing a pram"),
            Action("eating a sandwich", "having a sandwich", "eating a dry cheese sandwich", "eating a banana"),
            Action(
                "asking for directions", "asking the way", "asking for directions in Spanish", "asking for a discount"
            ),
        ),
        (
            Place("at the station", "in the train station"),
            Place("at the airport", "in the airport"),
            Place("at the bus terminal", "in the bus terminal"),
            Place("near the harbour", "close to the port"),
            Place("on the ferry", "on board the ferry"),
        ),
    ),
)

TIMES: Final = (
    "early in the morning",
    "on a rainy afternoon",
    "just before lunch",
    "on a cold evening",
    "after a long day",
    "while the sun is setting",
)

NUMBERS: Final = (("two", 2), ("three", 3), ("four", 4), ("six", 6), ("ten", 10))

DEEDS: Final = (
    Deed("chasing", "running after", mutual=False),
    Deed("photographing", "taking a picture of", mutual=False),
    Deed("teaching", "giving a lesson to", mutual=False),
    Deed("helping", "giving a hand to", mutual=False),
    Deed("following", "walking behind", mutual=False),
    Deed("waiting for", "awaiting", mutual=False),
    Deed("thanking", "saying thank you to", mutual=False),
    Deed("interviewing", "putting questions to", mutual=False),
    Deed("shouting at", "yelling at", mutual=False),
    Deed("paying", "giving money to", mutual=False),
    Deed("drawing", "making a sketch of", mutual=False),
    Deed("warning", "giving a warning to", mutual=False),
    Deed("dancing with", "having a dance with", mutual=True),
    Deed("chatting with", "having a conversation with", mutual=True),
    Deed("sitting next to", "seated beside", mutual=True),
    Deed("playing chess against", "having a game of chess with", mutual=True),
)

DEED_PLACES: Final = (
    Place("near the fountain", "close to the fountain"),
    Place("in the hallway", "in the corridor"),
    Place("outside the library", "in front of the library"),
    Place("at the bus stop", "by the bus stop"),
    Place("on the bridge", "upon the bridge"),
    Place("in the square", "on the town square"),
)
