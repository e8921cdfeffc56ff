"""Small things: beanie, cap, scarf, tote, belt."""

from .cloth import Cloth
from .line import both, flipped, shape
from .trim import ribs

CROWN = "400,250! 320,256 236,330 212,470 208,620! 300,640 400,642!"
TURN_UP = "198,592! 300,612 400,614! 400,742! 300,742 206,722! 196,660"


def draw_beanie(cloth: Cloth) -> None:
    """Ribbed, with a deep turn-up."""
    cloth.piece(both(CROWN), pattern="plain", folds="300,330 270,420 262,600 16 -.3\n520,340 560,440 560,610 18 .34\n400,262 410,400 400,600 12 .16")
    ribs(cloth, "214,600 300,628 400,632 500,628 586,600", "380,258 390,253 400,252 410,253 420,258", 44, 4)
    cloth.piece(shape("198,592! 300,612 400,614 500,612 602,592! 604,660 594,722! 500,742 400,744 300,742 206,722! 196,660"), volume=1)
    ribs(cloth, "200,596 300,614 400,616 500,614 600,596", "207,720 300,739 400,741 500,739 593,720", 52, 4)


def draw_cap(cloth: Cloth) -> None:
    """Six panels, a curved peak."""
    cloth.piece(shape("220,600! 226,430 330,330 430,330 540,340 600,460 604,590! 420,570"), folds="300,380 270,470 262,570 16 -.3")
    cloth.piece(shape("214,596! 400,560 606,588! 660,640 700,700! 560,660 380,650 230,640!"), tone=0.2)


def draw_scarf(cloth: Cloth) -> None:
    """Folded once and hung."""
    cloth.piece(shape("300,200! 400,180 500,200! 520,500 510,820! 400,830 290,820! 280,500"), folds="340,220 350,500 330,810 20 .3")


def draw_bag(cloth: Cloth) -> None:
    """A canvas tote."""
    cloth.piece(shape("210,420! 400,430 590,420! 606,640 600,850! 400,860 200,850! 194,640"))


def draw_belt(cloth: Cloth) -> None:
    """A leather belt."""
    cloth.piece(shape("210,420! 400,430 590,420! 590,480! 400,490 210,480!"))
