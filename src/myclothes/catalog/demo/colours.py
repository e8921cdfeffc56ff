"""The colours of the house. Each is a cloth, so none is pure: black is ink, white is chalk."""

from myclothes.catalog.demo.shape import DemoColour, Text

COLOURS = (
    DemoColour("chalk", Text("Chalk", "초크 화이트"), "#f1ede3", "white"),
    DemoColour("oat", Text("Oat", "오트"), "#ddd0b9", "beige"),
    DemoColour("sand", Text("Sand", "샌드 베이지"), "#c8b492", "beige"),
    DemoColour("camel", Text("Camel", "카멜"), "#b98a56", "brown"),
    DemoColour("cocoa", Text("Cocoa", "코코아 브라운"), "#604638", "brown"),
    DemoColour("butter", Text("Butter", "버터 옐로"), "#eedb9b", "yellow"),
    DemoColour("ochre", Text("Ochre", "오커 옐로"), "#c69540", "yellow"),
    DemoColour("clay", Text("Clay", "클레이"), "#b56a4b", "orange"),
    DemoColour("brick", Text("Brick", "브릭 레드"), "#8e3f35", "red"),
    DemoColour("blush", Text("Blush", "블러시 핑크"), "#e2bfb2", "pink"),
    DemoColour("plum", Text("Plum", "플럼"), "#5e384a", "purple"),
    DemoColour("heather", Text("Heather", "헤더 라일락"), "#b3a7c0", "purple"),
    DemoColour("sage", Text("Sage", "세이지 그린"), "#a6b199", "green"),
    DemoColour("moss", Text("Moss", "모스 그린"), "#6c7150", "green"),
    DemoColour("pine", Text("Pine", "파인 그린"), "#2f4b41", "green"),
    DemoColour("sky", Text("Sky", "스카이 블루"), "#b8cddd", "blue"),
    DemoColour("dusk-blue", Text("Dusk blue", "더스크 블루"), "#6f879f", "blue"),
    DemoColour("washed-indigo", Text("Washed indigo", "워시드 인디고"), "#7d96b4", "blue"),
    DemoColour("indigo", Text("Indigo", "인디고"), "#35476b", "blue"),
    DemoColour("navy", Text("Navy", "네이비"), "#28334c", "blue"),
    DemoColour("ash", Text("Ash", "애쉬 그레이"), "#c6c6c2", "grey"),
    DemoColour("stone", Text("Stone", "스톤 그레이"), "#a39f95", "grey"),
    DemoColour("charcoal", Text("Charcoal", "차콜"), "#4c4e51", "grey"),
    DemoColour("ink", Text("Ink", "잉크 블랙"), "#24272c", "black"),
)
