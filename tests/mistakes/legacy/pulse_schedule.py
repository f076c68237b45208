from qiskit import pulse
from qiskit.pulse import DriveChannel

with pulse.build(name='x') as schedule:
    pulse.play(pulse.Constant(100, 0.1), DriveChannel(0))
print(schedule.duration)
