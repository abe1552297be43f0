"""Maps are coarse where a process has too many sessions, and that changes rarely."""

from app.resolution import LATE, PATIENCE, PROMPT, Resolution, Sides
from app.settings import Settings
from tests.app.doubles import FakeClock

FINE, COARSE = Sides(100, 32), Sides(40, 16)
MANY = Settings().coarse_from


def sides(resolution):
    return resolution.sides(rests=False, focused=False)


def crowded(**options):
    clock = FakeClock()
    resolution = Resolution(Settings(**options), clock)
    assert sides(resolution) == FINE
    resolution.adapt(watched=MANY, delay=1.1 * LATE)
    return resolution, clock


def test_maps_are_coarse_where_many_sessions_get_their_frames_late():
    resolution, _ = crowded()
    assert sides(resolution) == COARSE


def test_maps_stay_fine_while_frames_are_in_time():
    resolution = Resolution(Settings(), FakeClock())
    resolution.adapt(watched=10 * MANY, delay=0.9 * LATE)
    assert sides(resolution) == FINE


def test_few_sessions_keep_fine_maps_however_late():
    resolution = Resolution(Settings(), FakeClock())
    resolution.adapt(watched=MANY - 1, delay=1.0)
    assert sides(resolution) == FINE


def test_a_session_at_rest_and_one_with_a_unit_in_focus_have_fine_maps():
    resolution, _ = crowded()
    assert resolution.sides(rests=True, focused=False) == FINE
    assert resolution.sides(rests=False, focused=True) == FINE


def test_maps_become_fine_again_only_after_a_while_and_with_time_to_spare():
    resolution, clock = crowded()
    resolution.adapt(watched=MANY, delay=0.0)
    assert sides(resolution) == COARSE
    clock.advance(PATIENCE)
    resolution.adapt(watched=MANY, delay=1.1 * PROMPT)
    assert sides(resolution) == COARSE
    resolution.adapt(watched=MANY, delay=0.9 * PROMPT)
    assert sides(resolution) == FINE


def test_maps_become_fine_again_when_most_have_gone():
    resolution, clock = crowded()
    clock.advance(PATIENCE)
    resolution.adapt(watched=MANY - 1, delay=1.0)
    assert sides(resolution) == FINE


def test_coarse_maps_never_have_more_points_than_fine_ones():
    clock = FakeClock()
    resolution = Resolution(Settings(output_side=20, unit_side=8), clock)
    resolution.adapt(watched=MANY, delay=1.0)
    assert sides(resolution) == Sides(20, 8)
