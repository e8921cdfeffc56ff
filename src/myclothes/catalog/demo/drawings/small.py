"""Small things: beanie, cap, scarf, tote, belt."""

from .cloth import Cloth
from .line import both, flipped, shape

CROWN = "400,250! 320,256 236,330 212,470 208,620! 300,640 400,642!"
TURN_UP = "400,614! 300,612 198,592! 196,660 206,722! 300,742 400,744!"


def draw_beanie(cloth: Cloth) -> None:
    """Ribbed, with a deep turn-up."""
    cloth.piece(both(CROWN))
    cloth.piece(both(TURN_UP), ribs=("200,656 300,675 400,678 500,675 600,656", 160, 4))


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
