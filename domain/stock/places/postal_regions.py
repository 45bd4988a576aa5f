"""Where in Russia a postal code is: the first three digits stand for a region.

For each span of them, the region's main city and its coordinates in hundredths of a degree. That is
an approximation, of a hundred kilometres or a few: enough to tell which of two towns is nearer, not
which of two streets. It needs no network and no data of anybody else's.

Not covered are the codes that the four regions from Luhansk to Kherson were given in 2022: their
old five digits with a 2 before them, as Luhansk's post said, but there is no public list of their
spans to check a table by. Nor is 468, Baikonur, which lies abroad. A place by such a code is behind
all others, and among these the one is nearer that has more of its first digits in common.
"""

from typing import Final

from domain.stock.places.addresses import Point

_HUNDREDTH: Final = 10_000
"""Millionths of a degree."""

_REGIONS: Final = (
    # from, to, latitude, longitude: the main city
    (101, 135, 5575, 3762),  # Moscow
    (140, 144, 5575, 3762),  # Moscow's region
    (150, 152, 5763, 3987),  # Yaroslavl
    (153, 155, 5700, 4097),  # Ivanovo
    (156, 157, 5777, 4093),  # Kostroma
    (160, 162, 5922, 3988),  # Vologda
    (163, 165, 6454, 4054),  # Arkhangelsk
    (166, 166, 6764, 5301),  # Naryan-Mar
    (167, 169, 6167, 5081),  # Syktyvkar
    (170, 172, 5686, 3590),  # Tver
    (173, 175, 5852, 3128),  # Veliky Novgorod
    (180, 182, 5782, 2833),  # Pskov
    (183, 184, 6897, 3308),  # Murmansk
    (185, 186, 6178, 3435),  # Petrozavodsk
    (187, 188, 5994, 3031),  # Saint Petersburg's region
    (190, 199, 5994, 3031),  # Saint Petersburg
    (214, 216, 5478, 3204),  # Smolensk
    (236, 238, 5471, 2051),  # Kaliningrad
    (241, 243, 5325, 3437),  # Bryansk
    (248, 249, 5454, 3626),  # Kaluga
    (295, 298, 4495, 3411),  # Simferopol
    (299, 299, 4461, 3352),  # Sevastopol
    (300, 301, 5420, 3762),  # Tula
    (302, 303, 5297, 3607),  # Oryol
    (305, 307, 5174, 3619),  # Kursk
    (308, 309, 5061, 3658),  # Belgorod
    (344, 347, 4723, 3972),  # Rostov-on-Don
    (350, 354, 4504, 3898),  # Krasnodar
    (355, 357, 4504, 4197),  # Stavropol
    (358, 359, 4631, 4426),  # Elista
    (360, 361, 4349, 4362),  # Nalchik
    (362, 363, 4304, 4468),  # Vladikavkaz
    (364, 366, 4331, 4569),  # Grozny
    (367, 368, 4298, 4750),  # Makhachkala
    (369, 369, 4422, 4206),  # Cherkessk
    (385, 385, 4461, 4011),  # Maykop
    (386, 386, 4317, 4481),  # Magas
    (390, 391, 5463, 3974),  # Ryazan
    (392, 393, 5272, 4145),  # Tambov
    (394, 397, 5167, 3918),  # Voronezh
    (398, 399, 5260, 3957),  # Lipetsk
    (400, 404, 4872, 4450),  # Volgograd
    (410, 413, 5154, 4601),  # Saratov
    (414, 416, 4635, 4804),  # Astrakhan
    (420, 423, 5579, 4912),  # Kazan
    (424, 425, 5664, 4787),  # Yoshkar-Ola
    (426, 427, 5685, 5320),  # Izhevsk
    (428, 429, 5613, 4725),  # Cheboksary
    (430, 431, 5418, 4517),  # Saransk
    (432, 433, 5432, 4840),  # Ulyanovsk
    (440, 442, 5320, 4500),  # Penza
    (443, 446, 5320, 5015),  # Samara
    (450, 453, 5474, 5597),  # Ufa
    (454, 457, 5516, 6140),  # Chelyabinsk
    (460, 462, 5178, 5505),  # Orenburg
    (600, 602, 5614, 4040),  # Vladimir
    (603, 607, 5633, 4400),  # Nizhny Novgorod
    (610, 613, 5860, 4966),  # Kirov
    (614, 619, 5801, 5625),  # Perm
    (620, 624, 5685, 6061),  # Yekaterinburg
    (625, 627, 5715, 6553),  # Tyumen
    (628, 628, 6100, 6900),  # Khanty-Mansiysk
    (629, 629, 6653, 6660),  # Salekhard
    (630, 633, 5504, 8293),  # Novosibirsk
    (634, 636, 5650, 8497),  # Tomsk
    (640, 641, 5545, 6533),  # Kurgan
    (644, 646, 5499, 7337),  # Omsk
    (647, 647, 6941, 8618),  # Dudinka
    (648, 648, 6427, 10022),  # Tura
    (649, 649, 5196, 8596),  # Gorno-Altaysk
    (650, 654, 5533, 8608),  # Kemerovo
    (655, 655, 5372, 9143),  # Abakan
    (656, 659, 5336, 8376),  # Barnaul
    (660, 663, 5602, 9287),  # Krasnoyarsk
    (664, 666, 5230, 10430),  # Irkutsk
    (667, 668, 5172, 9445),  # Kyzyl
    (669, 669, 5280, 10475),  # Ust-Ordynsky
    (670, 671, 5183, 10758),  # Ulan-Ude
    (672, 674, 5203, 11350),  # Chita
    (675, 676, 5028, 12753),  # Blagoveshchensk
    (677, 678, 6203, 12974),  # Yakutsk
    (679, 679, 4879, 13292),  # Birobidzhan
    (680, 682, 4848, 13508),  # Khabarovsk
    (683, 684, 5304, 15865),  # Petropavlovsk-Kamchatsky
    (685, 686, 5957, 15080),  # Magadan
    (687, 687, 5110, 11453),  # Aginskoye
    (688, 688, 5908, 15995),  # Palana
    (689, 689, 6473, 17751),  # Anadyr
    (690, 692, 4312, 13189),  # Vladivostok
    (693, 694, 4696, 14274),  # Yuzhno-Sakhalinsk
)
_CENTRES: Final = {
    prefix: Point(latitude * _HUNDREDTH, longitude * _HUNDREDTH)
    for first, last, latitude, longitude in _REGIONS
    for prefix in range(first, last + 1)
}


def centre_of(postal_code: str) -> Point | None:
    """The main city of the region that a Russian postal code (six digits) belongs to; None for a
    code that no region has."""
    return _CENTRES.get(int(postal_code[:3])) if postal_code[:3].isdecimal() else None
