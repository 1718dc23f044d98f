"""The peer of the plant's speed: Basilisk with comparable content, planets as constant messages (no SPICE).

600 km, 53 deg, J2, conical eclipse, a solar panel of 450 m2, eight power sinks, a battery, 30 thermal nodes
(uncoupled: Basilisk has no network), three HR16 wheels under MRP feedback. After Basilisk's own examples
scenarioPowerDemo and scenarioAttitudeFeedbackRW.
"""

from __future__ import annotations

import math
import tempfile
from importlib.metadata import version
from typing import Any

import numpy as np
from Basilisk.architecture import messaging
from Basilisk.fswAlgorithms import attTrackingError, inertial3D, mrpFeedback, rwMotorTorque
from Basilisk.simulation import (
    eclipse,
    reactionWheelStateEffector,
    sensorThermal,
    simpleBattery,
    simpleNav,
    simplePowerSink,
    simpleSolarPanel,
    spacecraft,
)
from Basilisk.utilities import SimulationBaseClass, macros, orbitalMotion, simIncludeGravBody, simIncludeRW

AU_M = 1.495978707e11
VERSION = version("bsk")
SINKS = 8
THERMAL_NODES = 30


class Satellite:
    """One satellite in Basilisk.

    Parameters
    ----------
    step_s
        Length of a step of every module.
    """

    def __init__(self, step_s: float) -> None:
        self.sim = SimulationBaseClass.SimBaseClass()
        self.kept: list[Any] = []
        self._now_ns = 0
        process = self.sim.CreateNewProcess("process")
        process.addTask(self.sim.CreateNewTask("task", macros.sec2nano(step_s)))
        self.body = self._spacecraft()
        sun, earth = self._planets()
        wheels = self._wheels()
        shadow = eclipse.Eclipse()
        shadow.addSpacecraftToModel(self.body.scStateOutMsg)
        shadow.addPlanetToModel(earth)
        shadow.sunInMsg.subscribeTo(sun)
        self._add(shadow)
        self._power(sun, shadow)
        self._thermal(sun, shadow)
        self._attitude(wheels)
        self.sim.InitializeSimulation()

    def advance(self, duration_s: float) -> None:
        """Simulate on."""
        self._now_ns += macros.sec2nano(duration_s)
        self.sim.ConfigureStopTime(self._now_ns)
        self.sim.ExecuteSimulation()

    def _add(self, module: Any, priority: int | None = None) -> Any:
        self.kept.append(module)
        if priority is None:
            self.sim.AddModelToTask("task", module)
        else:
            self.sim.AddModelToTask("task", module, priority)
        return module

    def _spacecraft(self) -> Any:
        body = spacecraft.Spacecraft()
        body.hub.mHub = 2000.0
        body.hub.r_BcB_B = [[0.0], [0.0], [0.0]]
        body.hub.IHubPntBc_B = [[900.0, 0.0, 0.0], [0.0, 800.0, 0.0], [0.0, 0.0, 600.0]]
        self.gravity = simIncludeGravBody.gravBodyFactory()
        earth = self.gravity.createEarth()
        earth.isCentralBody = True
        earth.useSphericalHarmonicsGravityModel(_j2_file(), 2)
        self.gravity.addBodiesTo(body)
        elements = orbitalMotion.ClassicElements()
        elements.a, elements.e, elements.i = 6978137.0, 0.0005, math.radians(53.0)
        elements.Omega = elements.omega = elements.f = 0.0
        r, v = orbitalMotion.elem2rv(earth.mu, elements)
        body.hub.r_CN_NInit, body.hub.v_CN_NInit = r, v
        body.hub.sigma_BNInit = [[0.1], [0.2], [-0.3]]
        body.hub.omega_BN_BInit = [[0.001], [-0.01], [0.03]]
        self._add(body, 1)
        return body

    def _planets(self) -> tuple[Any, Any]:
        sun, earth = messaging.SpicePlanetStateMsgPayload(), messaging.SpicePlanetStateMsgPayload()
        sun.PositionVector, sun.PlanetName = [AU_M, 0.0, 0.0], "sun"
        earth.PlanetName = "earth"
        earth.J20002Pfix = np.identity(3)
        messages = messaging.SpicePlanetStateMsg().write(sun), messaging.SpicePlanetStateMsg().write(earth)
        self.kept += messages
        return messages

    def _wheels(self) -> Any:
        factory = simIncludeRW.rwFactory()
        for axis in np.identity(3):
            factory.create("Honeywell_HR16", axis, maxMomentum=50.0, Omega=100.0)
        effector = reactionWheelStateEffector.ReactionWheelStateEffector()
        factory.addToSpacecraft("wheels", effector, self.body)
        self._add(effector, 2)
        self.factory = factory
        self.effector = effector
        return effector

    def _power(self, sun: Any, shadow: Any) -> None:
        panel = simpleSolarPanel.SimpleSolarPanel()
        panel.stateInMsg.subscribeTo(self.body.scStateOutMsg)
        panel.sunEclipseInMsg.subscribeTo(shadow.eclipseOutMsgs[0])
        panel.sunInMsg.subscribeTo(sun)
        panel.setPanelParameters([1.0, 0.0, 0.0], 450.0, 0.25)
        self._add(panel)
        battery = simpleBattery.SimpleBattery()
        battery.storageCapacity, battery.storedCharge_Init = 122e3 * 3600.0, 100e3 * 3600.0
        battery.addPowerNodeToModel(panel.nodePowerOutMsg)
        for _ in range(SINKS):
            sink = simplePowerSink.SimplePowerSink()
            sink.nodePowerOut = -6000.0
            self._add(sink)
            battery.addPowerNodeToModel(sink.nodePowerOutMsg)
        self._add(battery)
        self.battery = battery

    def _thermal(self, sun: Any, shadow: Any) -> None:
        for index in range(THERMAL_NODES):
            node = sensorThermal.SensorThermal()
            node.T_0, node.nHat_B = 20.0, [0.0, 0.0, 1.0 if index % 2 else -1.0]
            node.sensorArea, node.sensorAbsorptivity, node.sensorEmissivity = 3.7, 0.2, 0.9
            node.sensorMass, node.sensorSpecificHeat, node.sensorPowerDraw = 20.0, 890.0, 1000.0
            status = messaging.DeviceStatusMsg().write(messaging.DeviceStatusMsgPayload(deviceStatus=1))
            self.kept.append(status)
            node.sunInMsg.subscribeTo(sun)
            node.stateInMsg.subscribeTo(self.body.scStateOutMsg)
            node.sunEclipseInMsg.subscribeTo(shadow.eclipseOutMsgs[0])
            node.sensorStatusInMsg.subscribeTo(status)
            self._add(node)

    def _attitude(self, wheels: Any) -> None:
        nav = simpleNav.SimpleNav()
        nav.scStateInMsg.subscribeTo(self.body.scStateOutMsg)
        target = inertial3D.inertial3D()
        target.sigma_R0N = [0.0, 0.0, 0.0]
        error = attTrackingError.attTrackingError()
        error.attRefInMsg.subscribeTo(target.attRefOutMsg)
        error.attNavInMsg.subscribeTo(nav.attOutMsg)
        vehicle = messaging.VehicleConfigMsg().write(
            messaging.VehicleConfigMsgPayload(ISCPntB_B=[900.0, 0.0, 0.0, 0.0, 800.0, 0.0, 0.0, 0.0, 600.0])
        )
        wheel_config = self.factory.getConfigMessage()
        control = mrpFeedback.mrpFeedback()
        control.K, control.P, control.Ki = 3.5, 30.0, -1.0
        control.guidInMsg.subscribeTo(error.attGuidOutMsg)
        control.vehConfigInMsg.subscribeTo(vehicle)
        control.rwParamsInMsg.subscribeTo(wheel_config)
        control.rwSpeedsInMsg.subscribeTo(wheels.rwSpeedOutMsg)
        torque = rwMotorTorque.rwMotorTorque()
        torque.controlAxes_B = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        torque.vehControlInMsg.subscribeTo(control.cmdTorqueOutMsg)
        torque.rwParamsInMsg.subscribeTo(wheel_config)
        wheels.rwMotorCmdInMsg.subscribeTo(torque.rwMotorTorqueOutMsg)
        self.kept += [vehicle, wheel_config]
        for module in (nav, target, error, control, torque):
            self._add(module)


def _j2_file() -> str:
    """Return a file with the J2 term alone, in the format of JPL's GGM tables (the wheel brings none)."""
    c20 = -1.0826359e-3 / math.sqrt(5.0)  # normalised, IERS Conventions 2010
    rows = [
        "6378136.6, 3.986004418e14, 0.0, 2, 2, 1, 0.0, 0.0",
        "0, 0, 1.0, 0.0",
        "1, 0, 0.0, 0.0",
        "1, 1, 0.0, 0.0",
    ]
    rows += [f"2, 0, {c20!r}, 0.0", "2, 1, 0.0, 0.0", "2, 2, 0.0, 0.0"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as stream:
        stream.write("\n".join(rows) + "\n")
    return stream.name
