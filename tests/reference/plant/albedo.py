"""Albedo twin: the sum over a grid of latitudes and longitudes that Basilisk's albedo module makes."""

from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hil.plant.arrays import Array


def authalic(latitude_rad: Array, eccentricity2: float) -> Array:
    """Return the authalic latitude of a geodetic one, to the sixth order in the eccentricity."""
    e2, twice = eccentricity2, 2.0 * latitude_rad
    first = e2 / 3.0 + 31.0 * e2**2 / 180.0 + 59.0 * e2**3 / 560.0
    second = 17.0 * e2**2 / 360.0 + 61.0 * e2**3 / 1260.0
    third = 383.0 * e2**3 / 45360.0
    return latitude_rad - first * np.sin(twice) + second * np.sin(2.0 * twice) - third * np.sin(3.0 * twice)


def authalic_radius(equatorial: float, polar: float) -> float:
    """Return the radius of the sphere of the same surface."""
    e = sqrt(1.0 - (polar / equatorial) ** 2)
    return equatorial * sqrt(0.5 * (1.0 + (1.0 - e * e) / (2.0 * e) * log((1.0 + e) / (1.0 - e))))


def grid_sum(
    place_m: ArrayLike,
    sun_m: ArrayLike,
    normal_dir: ArrayLike,
    *,
    albedo_frac: float,
    radius_m: float,
    eccentricity2: float,
    counts: tuple[int, int] = (200, 400),
) -> float:
    """Return albedo at an instrument over the solar flux; cells stand at geodetic latitudes on the sphere.

    Their areas are those of the authalic latitudes, so above 0 of ``eccentricity2`` the two disagree.
    """
    half = np.pi / counts[0] / 2.0
    latitude = (np.arange(counts[0]) + 0.5) * 2.0 * half - np.pi / 2.0
    longitude = (np.arange(counts[1]) + 0.5) * 2.0 * np.pi / counts[1] - np.pi
    lat, lon = np.meshgrid(latitude, longitude, indexing="ij")
    up = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
    height = np.sin(authalic(lat + half, eccentricity2)) - np.sin(authalic(lat - half, eccentricity2))
    area = radius_m**2 * 2.0 * np.pi / counts[1] * height
    to_sun, to_place = np.asarray(sun_m) - radius_m * up, np.asarray(place_m) - radius_m * up
    distance = np.linalg.norm(to_place, axis=-1)
    lit: NDArray[np.float64] = np.sum(up * to_sun, axis=-1) / np.linalg.norm(to_sun, axis=-1)
    seen = np.sum(up * to_place, axis=-1) / distance
    facing = -(to_place @ np.asarray(normal_dir)) / distance
    flux = np.where((lit > 0.0) & (seen > 0.0), lit * seen * facing * area / distance**2, 0.0)
    return float(albedo_frac / np.pi * flux.sum())
