"""Sentence patterns per operation. First character: "!" whole sentence, "~" indirect wish, "=" terse, else an imperative.

Slots in braces; {T} target with article, {t} target mostly without, {A} a room, {L} "in the room", {be} is/are, {it} it/them; "[a|b]" alternatives.
"""

from __future__ import annotations

_SWITCH = """
turn {S} {T}
turn {S} {T}
turn {T} {S}
turn {T} {S}
switch {S} {T}
switch {T} {S}
={t} {S}
={t} {S} please
={S} with {T}
=power {S} {t}
power {S} {T}
flip {S} {T}
flip {T} {S}
put {T} {S}
put {S} {T}
make sure {T} {be} {S}
make sure that {T} {be} {S}
see to it that {T} {be} {S}
set {T} to {S}
!I want {T} {S}
get {T} {S}
get {T} turned {S}
have {T} turned {S}
go ahead and turn {S} {T}
turn {T} {S} again
just turn {S} {T}
check that {T} {be} switched {S}
!would you mind turning {S} {T}
!would you mind switching {T} {S}
!mind turning {T} {S}
!how about turning {T} {S}
!how about you switch {S} {T}
!{T} should be {S}
!{T} [needs|need] to be {S}
!{T} can go {S}
!I would like {T} {S}
!I'd like you to have {T} {S}
!I need {T} {S}
!I need {T} switched {S}
!let's have {T} {S}
!time to turn {T} {S}
!it's time to turn {S} {T}
!is it possible to turn {S} {T}
!could {T} be turned {S}
!can we have {T} {S}
!can I get {T} {S}
!let's turn {S} {T}
!{T} - {S} please
!{T}, turn {it} {S}
!about {T}: switch {it} {S}
"""
_SWITCH_WHEN = """
turn {S} {T} {when}
turn {T} {S} {when}
switch {S} {T} {when}
switch {T} {S} {when}
!{when} turn {S} {T}
!{when}, switch {T} {S}
={t} {S} {when}
make sure {T} {be} {S} {when}
!I want {T} {S} {when}
!{when} I want {T} {S}
"""
_PLAIN = {
    "on": """
start {T}
start up {T}
activate {T}
enable {T}
power up {T}
fire up {T}
switch {T} back on
turn {T} back on
bring {T} on
get {T} going
get {T} running
put {T} on for me
kick on {T}
keep {T} on
!wake up {T}
!don't leave {T} off
~it's too dark {L}
~it's dark {L}, I can't see a thing
~it's pitch black {L}
~I can't see anything {L}
~we need some light {L}
~let there be light {L}
~give me some light {L}
~I could use some light {L}
""",
    "off": """
shut off {T}
shut {T} off
shut down {T}
deactivate {T}
disable {T}
kill {T}
cut {T}
power down {T}
cut the power to {T}
turn {T} back off
switch {T} off again
stop {T}
!I don't need {T} [anymore|any more|on anymore]
!don't leave {T} on
!no need for {T} to be on, turn {it} off
!we're done with {T}, switch {it} off
!I forgot to turn off {T}, please do
!somebody left {T} on, turn {it} off
!{T} can be turned off now
!nobody needs {T} on, shut {it} off
""",
    "toggle": """
toggle {T}
toggle {T} please
flip the state of {T}
=toggle {t}
toggle {t} now
switch {T} to the other state
switch {T} over
!would you toggle {T}
!just toggle {T}
invert {T}
flip {T}
hit the toggle for {T}
!if {T} {be} on turn {it} off, otherwise on
give {T} a toggle
push the button for {T} once
""",
    "bright_set": """
set {T} to {level}
set {T} at {num}
dim {T} to {level}
dim {T} down to {level}
brighten {T} to {level}
brighten up {T} to {level}
turn {T} [up|down] to {level}
turn [up|down] {T} to {level}
set the brightness of {T} to {level}
change the brightness of {T} to {level}
set {t} brightness to {level}
set the {t} brightness to {level}
={t} {num}
={t} at {num}
={t} to {level}
={t} brightness {num}
=brightness {num}
=brightness to {level}
=brightness of {T} {num}
set brightness to {level}
set the brightness to {level}
change brightness to {level}
put {T} at {num}
put {T} on {num}
bring {T} [up|down] to {level}
lower {T} to {level}
raise {T} to {level}
reduce {T} to {level}
increase {T} to {level}
drop {T} to {level}
crank {T} [up |]to {level}
make {T} {num} bright
make {T} {num}
adjust {T} to {level}
adjust the brightness {L} to {level}
get {T} down to {level}
lower the brightness of {T} to {level}
raise the brightness of {T} to {level}
change {T} to {level} brightness
set {T} to {level} brightness
give {T} {num} brightness
turn {T} on at {num}
dim {T} to {level} brightness
!I want {T} at {num}
!I'd like {T} at {num} brightness
!would you mind dimming {T} to {level}
!could {T} be at {num}
!{T} should be at {num}
!can we have {T} at {num}
!how about {num} brightness for {T}
!brightness for {T} should be {num}
!let's have {T} at {num} brightness
""",
    "bright_up": """
brighten {T}
brighten up {T}
brighten {T} up
brighten {T} a [bit|little|touch]
make {T} brighter
make {T} [a bit|a little|much] brighter
make {T} [a bit|a little] brighter please
turn up {T}
turn {T} up
turn {T} up a [bit|notch|little]
increase the brightness of {T}
raise the brightness of {T}
turn up the brightness of {T}
increase {T} by {by}
brighten {T} by {by}
raise {T} by {by}
turn {T} up by {by}
make {T} {by} brighter
increase the brightness of {T} by {by}
increase the brightness by {by}
increase the brightness
raise the brightness
turn up the brightness
=brighter
=brighter please
=a bit brighter
={t} brighter
={t} up by {by}
=more light from {T}
give me more light from {T}
bring up {T} [a little|a bit|]
crank up {T}
!I want {T} brighter
!{T} {be} too dim
!{T} could be brighter
!{T} [needs|need] to be brighter
!would you mind brightening {T}
!can {T} be a bit brighter
!could you get {T} a little brighter
~it's a bit dim {L}, make it brighter
~make it brighter {L}
~can it be brighter {L}
""",
    "bright_down": """
dim {T}
dim {T} a [bit|little|touch]
dim {T} down
dim down {T}
make {T} dimmer
make {T} [a bit|a little|much] dimmer
make {T} darker
make {T} less bright
turn down {T}
turn {T} down
turn {T} down a [bit|notch|little]
decrease the brightness of {T}
reduce the brightness of {T}
lower the brightness of {T}
lower {T} by {by}
dim {T} by {by}
reduce {T} by {by}
turn {T} down by {by}
make {T} {by} dimmer
decrease the brightness of {T} by {by}
reduce the brightness by {by}
lower the brightness
decrease the brightness
turn down the brightness
=dimmer
=dimmer please
=a bit darker
={t} dimmer
={t} down by {by}
=less light from {T}
bring down {T} [a little|a bit|]
tone down {T}
soften {T}
!I want {T} dimmer
!{T} {be} too bright
!{T} {be} way too bright
!{T} {be} blinding me
!{T} could be dimmer
!would you mind dimming {T}
!can {T} be a bit dimmer
~it's too bright {L}
~it's way too bright {L}
~the light {L} hurts my eyes
~make it darker {L}
~make it a bit darker {L}
""",
    "color_set": """
set {T} to {color}
turn {T} {color}
make {T} {color}
change {T} to {color}
change the color of {T} to {color}
change {T} color to {color}
set the color of {T} to {color}
set {t} color to {color}
set {T} colour to {color}
turn {T} to {color}
={t} {color}
={t} to {color}
={color} {t}
={color} for {T}
=color {color} for {T}
=make it {color}
color {T} {color}
paint {T} {color}
switch {T} to {color}
put {T} on {color}
put {T} in {color}
light {T} in {color}
give {T} a {color} color
give {T} a {color} tint
tint {T} {color}
adjust {T} to {color}
have {T} glow {color}
let {T} glow {color}
get {T} to be {color}
make {T} shine {color}
make {T} glow {color}
make the color of {T} {color}
set the color to {color}
change the color to {color}
change color to {color}
choose {color} for {T}
use {color} for {T}
set {T} to the color {color}
show {color} on {T}
bathe {T} in {color}
!I want {T} {color}
!I want {T} to be {color}
!I'd like {T} in {color}
!I'd love {T} to be {color}
!would you mind making {T} {color}
!would you mind changing {T} to {color}
!can {T} be {color}
!can we have {T} in {color}
!{T} should be {color}
!could {T} turn {color}
!let's make {T} {color}
!how about {color} for {T}
!{color} would be nice for {T}
!let's go for {color} on {T}
""",
    "ctemp": """
make {T} {tone}
set {T} to {tone}
turn {T} to {tone}
change {T} to {tone}
put {T} on {tone}
switch {T} to {tone}
={t} {tone}
={t} to {tone}
={t} {kelvin}
set {T} to {kelvin}
change {T} to {kelvin}
set the color temperature of {T} to {kelvin}
set the color temperature of {T} to {tone}
set the color temperature to {kelvin}
set color temperature to {tone}
change the color temperature of {T} to {kelvin}
change the white of {T} to {tone}
adjust {T} to {kelvin}
give {T} a {tone} tone
make the light of {T} {tone}
=color temperature {kelvin}
={tone} light for {T}
!I want {T} {tone}
!I'd like {tone} light from {T}
!would you mind making {T} {tone}
!can {T} be {tone}
!{T} should be {tone}
!let's have {T} at {kelvin}
!how about {tone} for {T}
""",
    "temp_set": """
set {T} to {deg}
set {C} to {deg}
set {C} to {deg}
set {C} at {deg}
set the temperature to {deg}
set the temperature {L} to {deg}
set the temp {L} to {deg}
set the temperature in {A} to {deg}
set the {a} temperature to {deg}
set {a} temperature to {deg}
change the temperature to {deg}
change the temperature {L} to {deg}
change {C} to {deg}
adjust {C} to {deg}
adjust the temperature to {deg}
adjust the {a} temperature to {deg}
turn {C} [up|down] to {deg}
turn [up|down] {C} to {deg}
turn the temperature [up|down] to {deg}
turn the temperature {L} [up|down] to {deg}
put {C} on {deg}
put {C} at {deg}
heat {A} to {deg}
warm {A} up to {deg}
warm up {A} to {deg}
cool {A} to {deg}
cool {A} down to {deg}
heat the house to {deg}
bring {A} to {deg}
bring the temperature to {deg}
raise the temperature to {deg}
raise {C} to {deg}
lower the temperature to {deg}
lower {C} to {deg}
lower the temperature {L} to {deg}
drop {C} to {deg}
get {A} to {deg}
make it {deg} {L}
make it {deg} in here
make {A} {deg}
keep {A} at {deg}
keep the temperature at {deg}
keep the temperature {L} at {deg}
hold {C} at {deg}
crank {C} up to {deg}
={c} {deg}
={c} to {deg}
={a} to {deg}
={a} {degunit}
=temperature {deg}
=temperature to {deg}
!I want it {deg} {L}
!I want {A} at {deg}
!I'd like {A} to be {deg}
!I'd like the temperature at {deg}
!{A} should be {deg}
!can we have {deg} {L}
!could you get {A} to {deg}
!would you mind setting {C} to {deg}
!would you mind setting the temperature to {deg}
!the temperature {L} should be {deg}
!let's go for {deg} {L}
""",
    "temp_up": """
turn up {C}
turn {C} up
turn {C} up by {steps}
turn {C} up {steps}
turn up {C} by {steps}
turn up the temperature
turn up the temperature {L}
turn the temperature up {steps}
turn the heat up [a bit|a little|] {L}
raise the temperature
raise the temperature {L}
raise the temperature by {steps}
raise the temperature {L} by {steps}
raise {C} by {steps}
increase the temperature
increase the temperature by {steps}
increase the temperature {L} by {steps}
increase {C} by {steps}
increase the heat {L}
make it warmer
make it [a bit|a little] warmer
make it warmer {L}
make it {steps} warmer {L}
make it {steps} warmer
make {A} warmer
make {A} [a bit|a little] warmer
make {A} {steps} warmer
warm up {A}
warm {A} up a [bit|little]
bump {C} up {steps}
bump up the temperature by {steps}
get it warmer {L}
={c} up {steps}
=warmer
=warmer please
={steps} warmer
={steps} warmer {L}
=a bit warmer {L}
!would you mind turning {C} up a bit
!could it be a bit warmer {L}
!can we have it {steps} warmer {L}
!I want {A} warmer
!{A} could be warmer
~it's cold {L}
~it's freezing {L}
~it's too cold {L}
~I'm cold
~I'm freezing
~my feet are freezing
~it's chilly {L}
~it's a bit chilly {L}
~I'm shivering {L}
~{A} is too cold
""",
    "temp_down": """
turn down {C}
turn {C} down
turn {C} down by {steps}
turn {C} down {steps}
turn down {C} by {steps}
turn down the temperature
turn down the temperature {L}
turn the temperature down {steps}
turn the heat down [a bit|a little|] {L}
lower the temperature
lower the temperature {L}
lower the temperature by {steps}
lower the temperature {L} by {steps}
lower {C} by {steps}
reduce the temperature
reduce the temperature by {steps}
decrease the temperature {L} by {steps}
decrease {C} by {steps}
reduce the heat {L}
make it cooler
make it [a bit|a little] cooler
make it colder
make it cooler {L}
make it {steps} cooler {L}
make it {steps} colder
make {A} cooler
make {A} [a bit|a little] colder
make {A} {steps} cooler
cool down {A}
cool {A} down a [bit|little]
drop {C} {steps}
drop the temperature by {steps}
get it cooler {L}
={c} down {steps}
=cooler
=cooler please
={steps} cooler
={steps} colder {L}
=a bit cooler {L}
!would you mind turning {C} down a bit
!could it be a bit cooler {L}
!can we have it {steps} cooler {L}
!I want {A} cooler
!{A} could be cooler
~it's hot {L}
~it's too hot {L}
~it's boiling {L}
~it's way too warm {L}
~I'm too hot
~I'm sweating
~I'm melting {L}
~it's stuffy and hot {L}
~{A} is too hot
~{A} is too warm
""",
    "climate_mode": """
set {C} to {mode}
switch {C} to {mode}
put {C} on {mode}
put {C} in {mode}
change {C} to {mode}
turn {C} to {mode}
set the mode of {C} to {mode}
change the mode of {C} to {mode}
have {C} run in {mode}
run {C} in {mode}
run {C} on {mode}
use {mode} on {C}
use {mode} for {C}
={c} {mode}
={c} to {mode}
={c} on {mode}
set {C} mode to {mode}
!I want {C} on {mode}
!I'd like {C} in {mode}
!would you mind putting {C} on {mode}
!{C} should be on {mode}
!can {C} go to {mode}
!let's put {C} on {mode}
""",
    "lock": """
lock {T}
lock {T}
lock {T} please
lock up {T}
lock {T} up
lock {T} for me
lock {T} again
lock {T} behind me
lock {T} for the night
secure {T}
bolt {T}
engage the lock on {T}
engage the lock of {T}
deadbolt {T}
latch {T}
put the lock on {T}
=lock {t}
={t} lock
={t} locked please
=lock - {t}
go lock {T}
go and lock {T}
go ahead and lock {T}
make sure {T} {be} locked
make sure that {T} {be} locked
make sure {T} {isnt} unlocked
make sure {T} {isnt} left unlocked
make sure nobody can get in through {T}
see to it that {T} {be} locked
check that {T} {be} locked and lock {it} if not
get {T} locked
have {T} locked
keep {T} locked
double check that {T} {be} locked
!I want {T} locked
!I'd like {T} locked
!I need {T} locked
!I need you to lock {T}
!would you mind locking {T}
!would you mind locking up {T}
!don't leave {T} unlocked
!don't forget to lock {T}
!I forgot to lock {T}
!I left {T} unlocked, lock {it}
!I think I left {T} unlocked, please lock {it}
!{T} should be locked
!{T} [needs|need] to be locked
!{T} must be locked
!can {T} be locked
!could {T} be locked please
!did I forget {T}? lock {it}
!let's lock {T}
!it's late, lock {T}
!we are leaving, lock {T}
!time to lock {T}
""",
    "unlock": """
unlock {T}
unlock {T}
unlock {T} please
unlock {T} for me
unlock {T} again
unlock {T} for the guests
unlock {T} for {person}
unlatch {T}
unbolt {T}
disengage the lock on {T}
disengage the lock of {T}
release the lock on {T}
release {T}
take the lock off {T}
undo the lock on {T}
=unlock {t}
={t} unlock
={t} unlocked please
=unlock - {t}
go unlock {T}
go and unlock {T}
go ahead and unlock {T}
make sure {T} {be} unlocked
make sure that {T} {be} unlocked
see to it that {T} {be} unlocked
check that {T} {be} unlocked and unlock {it} if not
get {T} unlocked
have {T} unlocked
keep {T} unlocked
leave {T} unlocked
!I want {T} unlocked
!I'd like {T} unlocked
!I need {T} unlocked
!I need you to unlock {T}
!would you mind unlocking {T}
!{T} should be unlocked
!{T} [needs|need] to be unlocked
!can {T} be unlocked
!could {T} be unlocked please
!{person} is outside, unlock {T}
!the courier is here, unlock {T}
!I'm home, unlock {T}
!my hands are full, unlock {T}
!I locked myself out, unlock {T}
!let {person} in, unlock {T}
!someone is at the door, unlock {T}
!let's unlock {T}
!time to unlock {T}
!I lost my key, please unlock {T}
""",
    "open": """
open {T}
open {T}
open {T} please
open up {T}
open {T} up
open {T} all the way
open {T} completely
open {T} fully
fully open {T}
raise {T}
pull up {T}
pull {T} up
bring {T} up
bring up {T}
roll up {T}
roll {T} up
lift {T}
draw back {T}
put {T} up
move {T} up
move {T} to open
set {T} to open
=open {t}
={t} open
={t} open please
={t} up
go open {T}
go ahead and open {T}
make sure {T} {be} open
see that {T} {be} open
get {T} open
have {T} opened
get {T} opened
!would you mind opening {T}
!would you mind opening up {T}
!I want {T} open
!I'd like {T} open
!I need {T} open
!I would love {T} open
!{T} should be open
!{T} [needs|need] to be open
!can {T} be opened
!could {T} be opened please
!don't leave {T} closed
!can we have {T} open
!let's open {T}
!time to open {T}
!I want {T} opened
!how about opening {T}
!please have {T} open
open {T} for me
!is it possible to open {T}
""",
    "close": """
close {T}
close {T}
close {T} please
close {T} up
close up {T}
shut {T}
shut {T} please
shut {T} all the way
close {T} all the way
close {T} completely
fully close {T}
lower {T}
pull down {T}
pull {T} down
bring {T} down
bring down {T}
roll down {T}
roll {T} down
let {T} down
let down {T}
drop {T}
draw {T}
put {T} down
move {T} down
set {T} to closed
=close {t}
={t} closed
={t} closed please
={t} down
={t} shut
go close {T}
go ahead and close {T}
make sure {T} {be} closed
make sure {T} {be} shut
make sure {T} {isnt} open
make sure {T} {isnt} left open
see that {T} {be} closed
get {T} closed
have {T} closed
!would you mind closing {T}
!would you mind shutting {T}
!I want {T} closed
!I'd like {T} shut
!I need {T} closed
!{T} should be closed
!{T} [needs|need] to be shut
!can {T} be closed
!don't leave {T} open
!I forgot to close {T}
!I left {T} open, shut {it}
!somebody left {T} open, close {it}
!let's close {T}
!time to close {T}
!can we have {T} closed
!how about closing {T}
close {T} for me
shut {T} for me
""",
    "open_when": """
open {T} {when}
!{when} open {T}
!{when}, open {T}
open up {T} {when}
raise {T} {when}
have {T} open {when}
={t} open {when}
""",
    "close_when": """
close {T} {when}
!{when} close {T}
!{when}, close {T}
shut {T} {when}
lower {T} {when}
have {T} closed {when}
={t} closed {when}
""",
    "position": """
set {T} to {level}
set {T} to {num} open
set the position of {T} to {level}
set {t} position to {level}
open {T} to {level}
open {T} {num}
open {T} halfway @percent=50
open {T} half way @percent=50
close {T} halfway @percent=50
half open {T} @percent=50
half close {T} @percent=50
put {T} halfway @percent=50
put {T} at {num}
move {T} to {level}
lower {T} to {level}
raise {T} to {level}
raise {T} halfway @percent=50
lower {T} halfway @percent=50
bring {T} to {level}
adjust {T} to {level}
={t} {num}
={t} to {level}
={t} halfway @percent=50
={t} {num} open
={t} position {num}
drop {T} to {level}
leave {T} {num} open
make {T} {num} open
roll {T} to {level}
turn {T} to {level}
!I want {T} {num} open
!I want {T} at {num}
!I'd like {T} half open @percent=50
!would you mind setting {T} to {level}
!{T} should be {num} open
!can {T} be {num} open
""",
    "stop_moving": """
stop {T}
stop {T} right there
stop moving {T}
stop {T} from moving
stop {T} where {they} {be}
halt {T}
freeze {T}
hold {T} there
hold {T} right there
=stop {t}
={t} stop
=stop moving
=stop there with {T}
!don't move {T} any further
!don't let {T} go any further
leave {T} right where {they} {be}
interrupt {T}
!that's far enough for {T}
!that's enough with {T}, stop {it}
!would you stop {T} there
!{T} can stop now
!no further with {T}
!I want {T} to stop
""",
    "fan_speed": """
set {T} to {speed}
set {T} to {num}
set the speed of {T} to {speed}
set the speed of {T} to {num}
set {t} speed to {speed}
set {t} speed to {num}
turn {T} to {speed}
turn {T} to {num}
turn {T} [up|down] to {speed}
put {T} on {speed}
put {T} at {num}
switch {T} to {speed}
change {T} to {speed}
change {T} speed to {num}
run {T} at {num}
run {T} on {speed}
run {T} at {num} speed
={t} {speed}
={t} on {speed}
={t} {num}
={t} speed {num}
={t} to {speed}
have {T} run on {speed}
crank {T} to {speed}
let {T} run on {speed}
adjust {T} to {num}
!I want {T} on {speed}
!I'd like {T} at {num}
!would you mind putting {T} on {speed}
!{T} should run on {speed}
!can {T} go to {speed}
!let's have {T} on {speed}
""",
    "play": """
play {what}
play {what}
play {what} {L}
play {what} {L}
play {what} on {T}
play {what} on {T}
play {what} through {T}
play {what} from {T}
put on {what}
put on {what} {L}
put on {what} on {T}
put {what} on
put {what} on {T}
start {what}
start {what} {L}
start playing {what}
start playing {what} {L}
start playing {what} on {T}
stream {what}
stream {what} to {T}
stream {what} on {T}
listen to {what}
tune in to {station}
tune {T} to {station}
turn on {station}
throw on {what}
cue up {what}
queue {what} on {T}
find and play {what}
play me {what}
play us {what} {L}
play the song {song} @media_class=track
play the track {song} @media_class=track
play the album {song} @media_class=album
play the album {song} by {ignore_artist} @skip=1
play the artist {artist} @media_class=artist
play the movie {title} on {T} @media_class=movie
play the film {title} @media_class=movie
play the playlist {list_name} @media_class=playlist
play the playlist {list_name} {L} @media_class=playlist
play the podcast {title} @media_class=podcast
play the show {title} on {T} @media_class=tv_show
play {song} by {artist} @join=1
play {song} by {artist} {L} @join=1
play {song} by {artist} on {T} @join=1
let {T} play {what}
make {T} play {what}
have {T} play {what}
watch {title} on {T}
show {title} on {T}
={what} on {T}
={what} {L}
={what} please
=music {L}: {what}
!I want to hear {what}
!I want to hear {what} {L}
!I want to listen to {what}
!I'd like to listen to {what} {L}
!I'd like to hear {what} on {T}
!I feel like listening to {what}
!I'm in the mood for {what}
!let's hear {what}
!let's listen to {what} {L}
!let's watch {title} on {T}
!can we have {what} {L}
!can I hear {what}
!could we listen to {what} on {T}
!would you mind playing {what}
!would you mind putting on {what} {L}
!how about {what} {L}
!how about some {artist}
!on {T}, play {what}
!{L}, play {what}
""",
    "media_pause": """
pause
=pause
pause {T}
pause {T}
pause {L}
pause the music
pause the music {L}
pause the movie
pause the song
pause the show on {T}
pause the music on {T}
pause playback
pause playback on {T}
pause what's playing
pause what's playing {L}
pause it
={t} pause
=pause please
=pause {t}
put the music on pause
put {T} on pause
hold the music
hold the music for a [second|moment]
pause the podcast
pause the radio {L} @noop=1
pause the video
freeze the picture
hit pause
hit pause on {T}
press pause {L}
pause everything that's playing
!would you mind pausing the music
!would you pause {T}
!I need the music paused
!can {T} be paused
!let's pause the movie
!I have to take a call, pause the music
!someone's at the door, pause the film
!hang on, pause {T}
!wait, pause that
!let's take a break, pause {T}
""",
    "media_resume": """
resume
=resume
resume {T}
resume the music
resume the music {L}
resume the movie
resume playback
resume playback on {T}
resume playing {L}
unpause
unpause {T}
unpause the music
unpause the film
continue playing
continue playing {L}
continue the music
continue the movie on {T}
continue playback on {T}
keep playing
={t} resume
=resume {t}
=resume please
go on playing {L}
carry on with the music
start the music again
restart playback {L}
hit play
hit play on {T}
press play again
play on
take {T} off pause
pick up where we left off on {T}
!would you mind resuming the music
!you can resume the music now
!you can carry on playing
!let's continue the movie
!let the music go on {L}
!I'm back, resume the film
!okay, unpause it
""",
    "media_stop": """
stop the music
stop the music
stop the music {L}
stop playing
stop playing {L}
stop playing on {T}
stop playing that
stop playback
stop playback on {T}
stop {T}
stop the song
stop the radio
stop the podcast
stop the movie on {T}
stop the film
stop what's playing {L}
stop whatever is playing on {T}
quit playing
quit the music {L}
end playback {L}
end the music
cut the music
cut the music {L}
kill the music
kill the music {L}
=stop the music
=music stop
={t} stop
=no more music
=no more music {L}
!enough music
!I don't want music anymore
!would you mind stopping the music
!I've had enough of this song, stop the music
!let's stop the music
!can the music stop {L}
!please no more music
!that's enough music {L}
stop the audio {L}
stop the stream on {T}
""",
    "media_next": """
=next
=next
next song
=next song
=next track
=next one
=next please
={t} next
=next episode
=next track {L}
=next song on {T}
skip
=skip
skip this
skip this song
skip this one
skip this track {L}
skip the song on {T}
skip ahead
skip to the next song
skip to the next track {L}
skip to the next one on {T}
skip forward
play the next song
play the next track {L}
play the next one
play the next episode
play the next one on {T}
go to the next song
go to the next track on {T}
jump to the next song
jump to the next track {L}
move on to the next song
advance to the next track
change the song
!I don't like this song, skip it
!I hate this one, next
!would you mind skipping this song
!can we skip this one
!let's hear the next song
!let's skip this
!not this song, next one
!something else, skip this track
""",
    "media_prev": """
=previous
=previous
=previous song
=previous track
=previous one please
={t} previous
=last song again
=previous episode
=previous track {L}
=previous song on {T}
go back to the previous song
go back to the previous track {L}
go back one song
go back one track on {T}
go back a song
go back to the last song
play the previous song
play the previous track {L}
play the previous one on {T}
play the last song again
play that last one again
play the one before
skip back
skip back {L}
skip back on {T}
skip back one track
skip to the previous track
jump back to the previous song
jump back a track {L}
return to the previous song
rewind to the previous song
repeat the previous track
=back to the previous song
!I liked the last song, go back to it
!would you mind going back a track
!can we hear the previous song again
!can you go back to the song before
!let's hear the previous one again
!what was that, go back one song
!I missed it, previous track
""",
    "vol_set": """
set the volume to {level}
set the volume to {level}
set volume to {level}
set the volume {L} to {level}
set the volume of {T} to {level}
set the volume on {T} to {level}
set {t} volume to {level}
set the {t} volume to {level}
set {T} to volume {numplain}
change the volume to {level}
change the volume of {T} to {level}
change the volume {L} to {level}
adjust the volume to {level}
adjust the volume of {T} to {level}
turn the volume to {level}
turn the volume [up|down] to {level}
turn the volume {L} [up|down] to {level}
turn the volume of {T} [up|down] to {level}
turn {T} [up|down] to {level}
turn {T} to volume {numplain}
turn [up|down] the volume to {level}
put the volume at {num}
put the volume on {numplain}
put {T} at volume {numplain}
raise the volume to {level}
raise the volume {L} to {level}
lower the volume to {level}
lower the volume of {T} to {level}
increase the volume to {level}
increase {t} volume to {level}
decrease the volume to {level}
reduce the volume to {level}
bring the volume down to {level}
crank the volume up to {level}
crank {T} to {level}
make the volume {num}
make the volume of {T} {num}
=volume {num}
=volume to {level}
=volume {num} {L}
={t} volume {num}
={t} volume to {level}
=volume at {num} on {T}
!I want the volume at {num}
!I'd like the volume of {T} at {num}
!the volume should be {num}
!the volume {L} should be at {num}
!would you mind setting the volume to {level}
!can the volume be {num}
!let's have the volume at {num}
!can we have the volume at {num} {L}
!how about volume {numplain}
""",
    "vol_up": """
turn up the volume
turn the volume up
turn it up
turn it up a [bit|notch|little]
turn up the music
turn the music up {L}
turn {T} up
turn up {T}
turn {T} up a [bit|notch|little]
turn the volume up {L}
turn the volume up on {T}
turn up the volume of {T}
turn the volume up by {by}
turn the volume of {T} up by {by}
raise the volume
raise the volume by {by}
raise the volume {L}
raise the volume of {T}
increase the volume
increase the volume by {by}
increase the volume {L} by {by}
increase the volume of {T}
increase {t} volume by {by}
make it louder
make it [a bit|a little] louder {L}
make {T} louder
make the music louder
crank it up
crank up the volume
crank up {T}
pump up the volume {L}
bump the volume up by {by}
=louder
=louder please
=volume up
={t} volume up
=volume up by {by}
=a bit louder {L}
={t} louder
!would you mind turning it up
!could the music be louder {L}
!can you make {T} a bit louder
!I want it louder
~I can't hear the music
~I can't hear the music {L}
~I can't hear {T}
~it's too quiet
~the music is too quiet {L}
~{T} {be} too quiet
""",
    "vol_down": """
turn down the volume
turn the volume down
turn it down
turn it down a [bit|notch|little]
turn down the music
turn the music down {L}
turn {T} down
turn down {T}
turn {T} down a [bit|notch|little]
turn the volume down {L}
turn the volume down on {T}
turn down the volume of {T}
turn the volume down by {by}
turn the volume of {T} down by {by}
lower the volume
lower the volume by {by}
lower the volume {L}
lower the volume of {T}
reduce the volume
reduce the volume by {by}
reduce the volume {L} by {by}
decrease the volume of {T}
decrease {t} volume by {by}
make it quieter
make it [a bit|a little] quieter {L}
make {T} quieter
make the music softer
make the music quieter {L}
soften the music
keep it down {L} @noop=1
bring the volume down a bit
drop the volume by {by}
=quieter
=quieter please
=volume down
={t} volume down
=volume down by {by}
=a bit quieter {L}
={t} quieter
=softer please
!would you mind turning it down
!could the music be quieter {L}
!can you make {T} a bit quieter
!I want it quieter
~it's too loud
~the music is too loud {L}
~{T} {be} too loud
~{T} {be} way too loud
~it's so loud I can't hear myself think
""",
    "mute": """
mute
=mute
mute {T}
mute {T}
mute it
mute the sound
mute the volume
mute the music
mute the audio {L}
mute the sound on {T}
mute everything {L}
silence {T}
put {T} on mute
set {T} to mute
hit mute on {T}
={t} mute
=mute {t}
=sound off on {T}
turn the sound off on {T}
turn off the sound {L}
!would you mind muting {T}
!I need {T} muted
!{T} should be muted
!can you get {T} on mute
!the phone is ringing, mute {T}
make {T} silent
cut the sound
cut the sound {L}
""",
    "unmute": """
unmute
=unmute
unmute {T}
unmute {T}
unmute it
unmute the sound
unmute the volume
unmute the music
unmute the audio {L}
unmute the sound on {T}
take {T} off mute
take the mute off
take the mute off {T}
={t} unmute
=unmute {t}
=sound back on
turn the sound back on
turn the sound back on on {T}
bring back the sound {L}
give me the sound back {L}
!would you mind unmuting {T}
!{T} can be unmuted
!I want {T} unmuted
!the call is over, unmute {T}
restore the sound
restore the sound on {T}
""",
    "vac_start": """
start {T}
start {T} please
run {T}
send out {T}
start vacuuming
start vacuuming {L}
vacuum {A}
vacuum {A} please
clean {A}
clean {A} with the robot
hoover {A}
start cleaning {A}
let {T} clean
let {T} run
have {T} clean up
get {T} going
get {T} to clean
tell {T} to start
start the cleaning
start a cleaning run
=vacuum {a}
={t} start
=start {t}
!would you mind starting {T}
!I want {A} vacuumed
!can {T} clean now
!time to vacuum {A}
!{A} [needs|could use] vacuuming
~the floor {L} is filthy
~there are crumbs all over {A}
""",
    "vac_pause": """
pause {T}
pause {T} please
pause the vacuuming
pause vacuuming
pause the cleaning
pause cleaning {L} @noop=1
hold {T} for a moment
put {T} on pause
make {T} pause
let {T} pause
={t} pause
=pause {t}
take a break with {T} @noop=1
!would you mind pausing {T}
!I need {T} paused
!can {T} pause for a minute
!I'm on the phone, pause {T}
have {T} wait
tell {T} to pause
""",
    "vac_stop": """
stop {T}
stop {T} please
stop vacuuming
stop the vacuuming
stop the cleaning
stop cleaning
make {T} stop
halt {T}
tell {T} to stop
have {T} stop
={t} stop
=stop {t}
get {T} to stop
!would you mind stopping {T}
!{T} should stop
!can {T} stop already
!I want {T} to stop
!no more vacuuming please
abort the cleaning
""",
    "vac_dock": """
send {T} home
send {T} back to its dock
send {T} back to the base
send {T} back to base
send {T} to its charger
send {T} to the dock
dock {T}
return {T} to base
return {T} to its dock
return {T} to the charging station
have {T} go home
have {T} return to the dock
let {T} go back to its base
make {T} go charge
tell {T} to go home
tell {T} to go back to its dock
={t} dock
={t} home
={t} go home
=dock {t}
get {T} back on its charger
park {T}
!{T} should go back to its dock
!would you mind sending {T} home
!can {T} go back to base
!{T} can go home now
charge {T}
""",
    "vac_locate": """
find {T}
locate {T}
!where is {T}
!where's {T}
!where did {T} go
!where is {T} hiding
!I can't find {T}
!do you know where {T} is
help me find {T}
make {T} beep
let {T} beep so I can find it
have {T} make a sound
=locate {t}
=find {t}
={t} where are you @noop=1
ring {T}
!which room is {T} stuck in
!would you mind locating {T}
!{T} is lost, find it
show me where {T} is
""",
    "mower_start": """
start {T}
start mowing
start mowing the lawn
mow the lawn
mow the grass
cut the grass
send out {T}
run {T}
let {T} mow
have {T} cut the grass
get {T} going
={t} start
=mow the lawn
!would you mind mowing the lawn
!can {T} mow now
!the lawn needs mowing
!the grass is getting long, start {T}
tell {T} to start
""",
    "mower_dock": """
send {T} home
send {T} back to its station
dock {T}
return {T} to base
return {T} to its charging station
stop mowing and send {T} home
have {T} go home
tell {T} to go back to its dock
={t} dock
={t} home
park {T}
!it's raining, send {T} home
!{T} should go back to base
!can {T} go back to its dock
bring {T} back to its garage
""",
    "scene": """
activate {scene}
activate the {scene} scene
activate {scene} mode
set the {scene} scene
set {scene} mode
set the mood to {scene}
start {scene}
start the {scene} scene
start the {scene} routine
run {scene}
run the {scene} routine
run the {scene} scene
turn on {scene} mode
turn on the {scene} scene
switch to {scene}
switch to {scene} mode
switch to the {scene} scene
change to the {scene} scene
go into {scene} mode
enable {scene} mode
put the house in {scene} mode
trigger {scene}
trigger the {scene} routine
launch the {scene} routine
load the {scene} scene
begin {scene}
={scene} mode
={scene} mode please
={scene} scene
=scene {scene}
=mood {scene}
!I want the {scene} scene
!I'd like {scene} mode
!let's have the {scene} scene
!let's do {scene} mode
!it's time for {scene} mode
!would you mind starting the {scene} scene
!can we have the {scene} mood
""",
    "get_onoff": """
!{be} {T} on @property=state @state=on
!{be} {T} off @property=state @state=off
!{be} {T} still on @property=state @state=on
!{be} {T} turned on @property=state @state=on
!{be} {T} turned off @property=state @state=off
!{be} {T} on right now @property=state @state=on
!{be} {T} on or off @property=state
!did I leave {T} on @property=state @state=on
!did anyone leave {T} on @property=state @state=on
!did I turn off {T} @property=state @state=off
check if {T} {be} on @property=state @state=on
check whether {T} {be} off @property=state @state=off
tell me if {T} {be} on @property=state @state=on
!do you know if {T} {be} on @property=state @state=on
!what's the status of {T} @property=state
!what is the state of {T} @property=state
!how {be} {T} doing @property=state
tell me the status of {T} @property=state
tell me the state of {T} @property=state
={t} status @property=state
=status of {T} @property=state
=is {t} on @property=state @state=on
!I wonder if {T} {be} on @property=state @state=on
!can you check {T} @property=state
!has {T} been switched off @property=state @state=off
!{be} {T} running @property=state
check on {T} @property=state
check the status of {T} @property=state
""",
    "get_open": """
!{be} {T} open @property=state @state=open
!{be} {T} closed @property=state @state=closed
!{be} {T} still open @property=state @state=open
!{be} {T} shut @property=state @state=closed
!{be} {T} open or closed @property=state
!did I leave {T} open @property=state @state=open
!did I close {T} @property=state @state=closed
check if {T} {be} closed @property=state @state=closed
check whether {T} {be} open @property=state @state=open
tell me if {T} {be} open @property=state @state=open
!do you know if {T} {be} closed @property=state @state=closed
!what's the status of {T} @property=state
={t} open @skip=1
=is {t} open @property=state @state=open
!has anyone left {T} open @property=state @state=open
!I wonder whether {T} {be} closed @property=state @state=closed
!can you see if {T} {be} open @property=state @state=open
""",
    "get_locked": """
!{be} {T} locked @property=state @state=locked
!{be} {T} unlocked @property=state @state=unlocked
!{be} {T} still unlocked @property=state @state=unlocked
!{be} {T} locked or unlocked @property=state
!did I lock {T} @property=state @state=locked
!did I forget to lock {T} @property=state
!did anyone lock {T} @property=state @state=locked
!have I locked {T} @property=state @state=locked
check if {T} {be} locked @property=state @state=locked
check whether {T} {be} locked @property=state @state=locked
tell me if {T} {be} unlocked @property=state @state=unlocked
!do you know if {T} {be} locked @property=state @state=locked
!what's the status of {T} @property=state
=is {t} locked @property=state @state=locked
!I wonder if {T} {be} locked @property=state @state=locked
!can you check whether {T} {be} unlocked @property=state @state=unlocked
={t} locked? @property=state @state=locked
""",
    "get_temperature": """
!what's the temperature @property=temperature
!what's the temperature {L} @property=temperature
!what is the temperature {L} @property=temperature
!what's the temperature in {A} @property=temperature
!what's the {a} temperature @property=temperature
!how warm is it @property=temperature
!how warm is it {L} @property=temperature
!how cold is it {L} @property=temperature
!how hot is it {L} @property=temperature
!how hot is it {L} right now @property=temperature
!how warm is {A} @property=temperature
!how many degrees is it {L} @property=temperature
tell me the temperature {L} @property=temperature
tell me how warm it is {L} @property=temperature
read me the temperature {L} @property=temperature
check the temperature {L} @property=temperature
={a} temperature @property=temperature
=temperature {L} @property=temperature
=current temperature {L} @property=temperature
!what temperature is it {L} @property=temperature
!what does the thermometer {L} say @property=temperature
!is it warm {L} @property=temperature
!do you know the temperature {L} @property=temperature
!what temperature does {T} show @property=temperature
!what's the current temperature of {T} @property=temperature
!can you tell me how cold it is {L} @property=temperature
""",
    "get_humidity": """
!what's the humidity @property=humidity
!what's the humidity {L} @property=humidity
!what is the humidity in {A} @property=humidity
!how humid is it {L} @property=humidity
!how humid is {A} @property=humidity
!how high is the humidity {L} @property=humidity
tell me the humidity {L} @property=humidity
check the humidity {L} @property=humidity
={a} humidity @property=humidity
=humidity {L} @property=humidity
!is it humid {L} @property=humidity
!how damp is it {L} @property=humidity
!what's the moisture level {L} @property=humidity
!do you know how humid it is {L} @property=humidity
!what humidity does {T} show @property=humidity
""",
    "get_brightness": """
!how bright {be} {T} @property=brightness
!how bright {be} {T} right now @property=brightness
!what's the brightness of {T} @property=brightness
!what brightness {be} {T} at @property=brightness
!what brightness {be} {T} set to @property=brightness
tell me the brightness of {T} @property=brightness
tell me how bright {T} {be} @property=brightness
check the brightness of {T} @property=brightness
={t} brightness? @property=brightness
=brightness of {T}? @property=brightness
!do you know how bright {T} {be} @property=brightness
!how dim {be} {T} @property=brightness
!at what level {be} {T} @property=brightness
!to what brightness {be} {T} set @property=brightness
!what level {be} {T} dimmed to @property=brightness
""",
    "get_battery": """
!how much battery does {T} have @property=battery
!how much battery does {T} have left @property=battery
!what's the battery of {T} @property=battery
!what's the battery level of {T} @property=battery
!what is the {t} battery at @property=battery
!how's the battery of {T} @property=battery
!does {T} need charging @property=battery
!does {T} need new batteries @property=battery
!is the battery of {T} low @property=battery
!is the battery in {T} still good @property=battery
check the battery of {T} @property=battery
check the battery level of {T} @property=battery
tell me the battery level of {T} @property=battery
tell me how much battery {T} has @property=battery
={t} battery @property=battery
={t} battery level @property=battery
=battery of {T} @property=battery
!how long will the battery of {T} last @property=battery
!how full is the battery of {T} @property=battery
!when did I last charge {T} @skip=1
""",
    "get_power": """
!how much power is {T} using @property=power
!how much power does {T} use right now @property=power
!how much electricity is {T} using @property=power
!how many watts is {T} drawing @property=power
!how many watts does {T} pull @property=power
!what's the power consumption of {T} @property=power
!what's the energy use of {T} @property=power
!what is {T} drawing @property=power
check the power draw of {T} @property=power
tell me the power usage of {T} @property=power
tell me how much power {T} is using @property=power
={t} power usage @property=power
={t} power consumption @property=power
=watts of {T} @property=power
!is {T} using a lot of power @property=power
!how much energy does {T} need right now @property=power
""",
    "get_position": """
!how far open {be} {T} @property=position
!how far {be} {T} open @property=position
!how wide {be} {T} open @property=position
!what position {be} {T} in @property=position
!what's the position of {T} @property=position
!how far down {be} {T} @property=position
!how far closed {be} {T} @property=position
tell me the position of {T} @property=position
tell me how far open {T} {be} @property=position
check the position of {T} @property=position
={t} position? @property=position
=position of {T} @property=position
!do you know how far {T} {be} open @property=position
!at what percentage {be} {T} @property=position
!by how much {be} {T} open @property=position
""",
    "get_air": """
!how's the air quality @property=air_quality
!how's the air quality {L} @property=air_quality
!how is the air {L} @property=air_quality
!what's the air quality in {A} @property=air_quality
!what's the air quality like {L} @property=air_quality
!what's the CO2 level {L} @property=air_quality
!is the air {L} good @property=air_quality
!is the air okay {L} @property=air_quality
!how clean is the air {L} @property=air_quality
!how fresh is the air {L} @property=air_quality
check the air quality {L} @property=air_quality
tell me the air quality {L} @property=air_quality
={a} air quality @property=air_quality
=air quality {L} @property=air_quality
!how polluted is the air {L} @property=air_quality
""",
    "timer_set": """
set a timer for {dur}
set a timer for {dur}
set a timer for {dur}
set a {durhyphen} timer
set a {durhyphen} timer
set timer for {dur}
set the timer for {dur}
set the timer to {dur}
set me a timer for {dur}
set up a timer for {dur}
start a timer for {dur}
start a {durhyphen} timer
start a timer of {dur}
start timer {dur}
start the countdown for {dur}
start a {durhyphen} countdown
start counting down {dur}
create a timer for {dur}
make a timer for {dur}
give me a timer for {dur}
give me {dur} on the timer
put {dur} on the clock
put {dur} on a timer
run a timer for {dur}
begin a {durhyphen} timer
count down {dur}
time {dur}
time {dur} for me
add a timer for {dur}
=timer {dur}
=timer for {dur}
={dur} timer
={dur} on the timer
={dur} timer please
=new timer {dur}
={dur} timer for {thelabel}
=timer {dur} {label}
={label} timer {dur}
={label} timer for {dur}
set a {label} timer for {dur}
set a {label} timer for {dur}
start a {label} timer for {dur}
start the {label} timer for {dur}
set a timer for {thelabel} for {dur}
set a timer for {dur} for {thelabel}
set a {durhyphen} timer for {thelabel}
set a {durhyphen} {label} timer
set a timer called {label} for {dur}
set a timer named {label} for {dur}
set a {durhyphen} timer named {label}
create a timer called {label} for {dur}
make a {label} timer of {dur}
start a {durhyphen} timer for {thelabel}
time {thelabel} for {dur}
!I need a timer for {dur}
!I need a {durhyphen} timer
!I need a timer for {thelabel}, {dur}
!I want a timer for {dur}
!I'd like a timer for {dur}
!I'd like a {label} timer for {dur}
!can I get a timer for {dur}
!can I have a {durhyphen} timer
!would you mind setting a timer for {dur}
!would you mind starting a {durhyphen} timer
!let's set a timer for {dur}
!how about a timer for {dur}
!the {label} needs {dur}, set a timer
""",
    "timer_cancel": """
cancel the timer
cancel my timer
cancel timer
cancel that timer
cancel the {label} timer
cancel the {label} timer
cancel my {label} timer
cancel the timer for {thelabel}
cancel the timer called {label}
stop the timer
stop my timer
stop the {label} timer
stop the timer for {thelabel}
delete the timer
delete the {label} timer
remove the timer
remove the {label} timer
clear the timer
clear the {label} timer
end the timer
end the {label} timer
kill the {label} timer
kill the timer
get rid of the timer
get rid of the {label} timer
turn off the timer
turn off the {label} timer
drop the {label} timer
abort the countdown
abort the timer
scrap the {label} timer
dismiss the timer
=cancel timer
=timer off
=no more timer
={label} timer cancel
={label} timer off
!I don't need the timer anymore
!I don't need the {label} timer anymore
!forget the timer
!forget about the {label} timer
!the {label} is done, cancel the timer @skip=1
!would you mind cancelling the timer
!would you mind stopping the {label} timer
!the timer can go
!can you get rid of my {label} timer
!let's cancel the {label} timer
""",
    "timer_pause": """
pause the timer
pause my timer
pause timer
pause the {label} timer
pause my {label} timer
pause the timer for {thelabel}
pause the timer called {label}
hold the timer
hold the {label} timer
freeze the timer
freeze the {label} timer
put the timer on hold
put the {label} timer on hold
suspend the timer
=pause timer
={label} timer pause
!would you mind pausing the {label} timer
!can the timer be paused
!the timer should wait, pause it
""",
    "timer_resume": """
resume the timer
resume my timer
resume timer
resume the {label} timer
resume my {label} timer
resume the timer for {thelabel}
unpause the timer
unpause the {label} timer
continue the timer
continue the {label} timer
restart the {label} timer @skip=1
let the timer run again
let the {label} timer continue
=resume timer
={label} timer resume
=continue timer
!would you mind resuming the {label} timer
!the timer can go on
!you can continue the timer
keep the {label} timer going
""",
    "timer_add": """
add {dur} to the timer
add {dur} to my timer
add {dur} to the {label} timer
add {dur} to my {label} timer
add another {dur} to the timer
put {dur} more on the timer
put {dur} more on the {label} timer
extend the timer by {dur}
extend the {label} timer by {dur}
extend my timer by {dur}
increase the timer by {dur}
increase the {label} timer by {dur}
give the timer {dur} more
give the {label} timer {dur} more
make the timer {dur} longer
make the {label} timer {dur} longer
lengthen the timer by {dur}
={dur} more on the timer
={dur} more on the {label} timer
=timer plus {dur}
!I need {dur} more on the timer
!the {label} needs {dur} more on its timer
!would you mind adding {dur} to the timer
!can I have {dur} more on the {label} timer
""",
    "timer_sub": """
take {dur} off the timer
take {dur} off the {label} timer
take {dur} off my timer
remove {dur} from the timer
remove {dur} from the {label} timer
subtract {dur} from the timer
subtract {dur} from my {label} timer
shorten the timer by {dur}
shorten the {label} timer by {dur}
decrease the timer by {dur}
decrease the {label} timer by {dur}
reduce the timer by {dur}
reduce the {label} timer by {dur}
cut {dur} off the timer
cut {dur} from the {label} timer
make the timer {dur} shorter
={dur} less on the timer
=timer minus {dur}
!would you mind taking {dur} off the {label} timer
!the {label} timer should be {dur} shorter
""",
    "timer_status": """
!how much time is left
!how much time is left on the timer
!how much time is left on the {label} timer
!how long is left on the timer
!how long is left on my {label} timer
!how much longer on the timer
!how much longer on the {label} timer
!how long until the timer goes off
!how long until the {label} timer goes off
!when does the timer go off
!when is the {label} timer done
!what's left on the timer
!what's the status of the {label} timer
!how's the timer doing
!how many minutes are left on the timer
tell me how much time is left on the {label} timer
check the timer
check the {label} timer
=time left on the timer
=timer status
={label} timer status
=time left {label} timer
""",
    "timer_cancel_all": """
cancel all timers
cancel all the timers
cancel all my timers
cancel every timer
cancel all timers {L}
stop all timers
stop all the timers
stop all timers {L}
delete all timers
delete every timer
remove all timers
clear all timers
clear all my timers
end all timers
get rid of all the timers
=all timers off
=no more timers
!I don't need any timers anymore
!would you mind cancelling all my timers
kill all the timers
""",
    "reminder": """
remind me to {task}
remind me to {task}
remind me to {task} {when}
remind me to {task} {when}
remind me {when} to {task}
remind me {when} to {task}
!{when} remind me to {task}
!{when}, remind me to {task}
set a reminder to {task}
set a reminder to {task} {when}
set a reminder {when} to {task}
set me a reminder to {task}
create a reminder to {task}
create a reminder to {task} {when}
make a reminder to {task} {when}
add a reminder to {task}
give me a reminder to {task} {when}
put in a reminder to {task} {when}
remind me that I have to {task} {when}
remind me I need to {task}
remind me about {thing}
remind me about {thing} {when}
remind me of {thing} {when}
set a reminder for {thing}
set a reminder for {thing} {when}
=reminder {task}
=reminder: {task}
=reminder to {task} {when}
!don't let me forget to {task}
!don't let me forget to {task} {when}
make sure I don't forget to {task}
make sure I remember to {task} {when}
help me remember to {task}
!I need a reminder to {task}
!I need to be reminded to {task} {when}
!I have to {task} {when}, remind me
!I need to {task} {when}, please remind me
!I mustn't forget to {task}, remind me {when}
!can you remind me to {task}
!could you remind me {when} to {task}
!would you mind reminding me to {task}
!would you mind reminding me {when} to {task}
!I want to be reminded to {task} {when}
!let me know {when} that I should {task}
nudge me {when} to {task}
nudge me to {task}
ping me {when} to {task}
ping me to {task}
note that I have to {task} {when}
""",
    "list_add": """
add {item} to {list}
add {item} to {list}
add {item} to {list}
add {item} to {list} please
put {item} on {list}
put {item} on {list}
put {item} on {list} please
put {item} down on {list}
write {item} on {list}
write down {item} on {list}
write {item} down for {list}
include {item} on {list}
stick {item} on {list}
throw {item} on {list}
get {item} on {list}
append {item} to {list}
note {item} on {list}
jot down {item} on {list}
place {item} on {list}
=add {item}
={item} on {list}
={item} to {list}
={list}: {item}
=add to {list}: {item}
add {item}
add {item} to the list @noop=1
!we need {item}, add it to {list}
!we're out of {item}, put it on {list}
!we ran out of {item}, add it to {list}
!I need {item} on {list}
!I want {item} on {list}
!I need to buy {item}, put it on {list}
!would you mind adding {item} to {list}
!would you mind putting {item} on {list}
!can {item} go on {list}
!{list} needs {item}
!{item} should be on {list}
!don't let me forget {item}, put it on {list}
!on {list}, write {item}
!to {list} add {item}
""",
    "list_done": """
check {item} off {list}
check off {item} on {list}
check off {item} from {list}
tick {item} off {list}
tick off {item} on {list}
cross {item} off {list}
cross off {item} on {list}
mark {item} as done on {list}
mark {item} as bought on {list}
mark {item} done on {list}
complete {item} on {list}
set {item} to done on {list}
={item} done on {list}
!I got {item}, check it off {list}
!I bought {item}, cross it off {list}
!I have {item} now, tick it off {list}
!would you mind checking {item} off {list}
!{item} is done, mark it on {list}
!we have {item}, take it off {list} @noop=1
""",
    "message": """
announce {msg}
announce {msg}
announce that {msg}
announce: {msg}
announce to everyone that {msg} @noop=1
announce in {Ato} that {msg}
announce {msg} in {Ato}
announce {msg} on {Tto}
broadcast {msg}
broadcast {msg}
broadcast that {msg}
broadcast the message {msg}
broadcast in {Ato} that {msg}
tell {to} {msg}
tell {to} to wait because {msg} @skip=1
tell {to} that {msg}
tell {to} that {msg}
let {to} know that {msg}
let {to} know {msg}
send {to} a message saying {msg}
send {to} a message that {msg}
send a message to {to} saying {msg}
send a message to {to}: {msg}
send a message to {to} that {msg}
send {to} a text saying {msg}
message {to} {msg}
message {to}: {msg}
message {to} that {msg}
text {to} {msg}
text {to} that {msg}
text {to} saying {msg}
say {msg} in {Ato}
say {msg} on {Tto}
inform {to} that {msg}
notify {to} that {msg}
shout {msg} in {Ato}
pass on to {to} that {msg}
write {to} that {msg}
write to {to}: {msg}
=message to {to}: {msg}
=announcement: {msg}
=tell {to}: {msg}
!would you mind telling {to} that {msg}
!can you let {to} know that {msg}
!I want to tell {to} that {msg}
!please let everybody know that {msg} @noop=1
!make an announcement that {msg}
!make an announcement in {Ato}: {msg}
drop {to} a line that {msg}
relay to {to} that {msg}
""",
    "arm": """
arm the alarm
arm the alarm
arm the alarm please
arm the system
arm the security system
arm the house
arm the burglar alarm
arm the alarm in {armmode} mode
arm the alarm for {armmode} mode
arm the system in {armmode} mode
arm the alarm to {armmode}
arm {armmode}
arm {armmode} mode
set the alarm to {armmode}
set the alarm to {armmode} mode
set the burglar alarm
set the security system to {armmode}
set the security alarm to {armmode} mode
put the alarm in {armmode} mode
put the security system in {armmode} mode
activate the alarm system
activate the burglar alarm
activate the security system
switch on the burglar alarm
turn on the alarm system
turn on the security alarm
turn the burglar alarm on
enable the security system
=arm
=arm alarm
=alarm {armmode} mode
=arm {armmode}
=security {armmode}
make sure the alarm is armed
make sure the burglar alarm is on
!I want the alarm armed
!would you mind arming the alarm
!don't forget to arm the alarm
!the alarm should be armed
!we're leaving, arm the alarm @mode=
!we're all going to bed, arm the alarm @mode=
!can the alarm be armed in {armmode} mode
""",
    "disarm": """
disarm the alarm
disarm the alarm
disarm the alarm please
disarm the system
disarm the security system
disarm the house
disarm the burglar alarm
deactivate the alarm
deactivate the security system
deactivate the burglar alarm
turn off the alarm system
turn off the burglar alarm
turn the security alarm off
switch off the burglar alarm
switch the alarm system off
disable the alarm
disable the security system
shut off the burglar alarm
unset the alarm
stand down the alarm
=disarm
=disarm alarm
=alarm off
=security off
make sure the alarm is disarmed
make sure the alarm isn't armed
!I want the alarm disarmed
!would you mind disarming the alarm
!don't leave the alarm armed
!the alarm should be disarmed
!it's just me, disarm the alarm
!we're home, disarm the alarm
!can the alarm be disarmed
!the guests are coming, disarm the system
""",
    "undo": """
undo
=undo
=undo that
undo that
undo it
undo that please
undo the last thing
undo the last command
undo what you just did
undo your last action
revert that
revert the last change
reverse that
take that back
take back what you just did
put it back the way it was
put it back how it was
change it back
go back to how it was before
roll that back
!oops, undo that
!that was a mistake, undo it
!no, put it back
!I didn't mean that, undo it
!that's not what I wanted, undo
!wrong one, undo that
!would you mind undoing that
!I changed my mind, put it back the way it was
restore how it was before
""",
    "weather": """
!what's the weather
!what's the weather like
!what is the weather like today @skip=1
!how's the weather
!how is the weather outside
!what's the weather in {place}
!what's the weather like in {place}
!how's the weather in {place}
!how is the weather in {place} right now
!is it raining in {place}
!is it snowing in {place}
!is it sunny in {place}
tell me the weather
tell me the weather in {place}
tell me the weather for {place}
give me the weather report
give me the weather for {place}
=weather
=weather please
=weather in {place}
=weather {place}
={place} weather
!do you know the weather in {place}
!do I need an umbrella
!do I need an umbrella in {place}
check the weather
check the weather in {place}
!what does the weather look like in {place}
""",
    "time": """
!what time is it
!what time is it now
!what's the time
!what is the time
!what's the current time
!do you know what time it is
!do you have the time
!have you got the time
!can you tell me the time
tell me the time
tell me what time it is
give me the time
=time
=time please
=current time
=the time please
!how late is it
!what does the clock say
""",
    "date": """
!what's the date
!what's the date today
!what is today's date
!what day is it
!what day is it today
!what day of the week is it
!which day is it today
!what date do we have
!what's today
!do you know what day it is
!can you tell me the date
tell me the date
tell me today's date
tell me what day it is
give me the date
=date
=date please
=today's date
!which date is it
""",
    "person_where": """
!where is {person}
!where's {person}
!where is {person} right now
!where is {person} now
!do you know where {person} is
!where might {person} be
!is {person} home @state=home
!is {person} at home @state=home
!is {person} back yet @skip=1
find {person}
locate {person}
tell me where {person} is
check where {person} is
=location of {person}
={person} location
!has {person} come home @state=home
!can you tell me where {person} is
!did {person} get home @state=home
""",
    "humidity_set": """
set the humidity to {num}
set the humidity {L} to {num}
set humidity to {num}
set the target humidity to {num}
set {T} to {num} humidity
set the humidity of {T} to {num}
change the humidity to {num}
change the humidity {L} to {num}
bring the humidity to {num}
keep the humidity {L} at {num}
keep the humidity at {num}
lower the humidity to {num}
raise the humidity to {num}
raise the humidity {L} to {num}
=humidity {num}
=humidity to {num}
=humidity {num} {L}
!I want {num} humidity {L}
!the humidity {L} should be {num}
!would you mind setting the humidity to {num}
""",
    "input": """
switch {T} to {input}
set {T} to {input}
change {T} to {input}
change the input of {T} to {input}
switch the input to {input}
switch the source to {input}
set the source of {T} to {input}
set the input to {input}
select {input} on {T}
open {input} on {T}
choose {input} on {T}
put {input} on {T}
go to {input} on {T}
switch to {input} on {T}
={t} {input}
={t} to {input}
=input {input}
!I want {input} on {T}
!would you mind switching {T} to {input}
!can {T} show {input}
""",
    "fan_osc": """
make {T} oscillate
make {T} swing
let {T} oscillate
have {T} oscillate
start oscillating {T}
turn on oscillation for {T}
turn on the swing of {T}
turn oscillation on for {T}
set {T} to oscillate
enable oscillation on {T}
let {T} swing from side to side
have {T} turn from side to side
={t} oscillate
={t} swing on
=oscillate {t}
!I want {T} to oscillate
!would you mind letting {T} oscillate
!can {T} swing
""",
    "alarm_set": """
wake me up {wake}
wake me up {wake}
wake me {wake}
wake me up {wake} please
set an alarm {clock}
set an alarm {clock}
set my alarm {clock}
set an alarm to wake me up {wake}
set a wake up alarm {clock}
set the alarm clock {clock}
create an alarm {clock}
add an alarm {clock}
make an alarm {clock}
get me up {wake}
=alarm {clock}
=wake up {wake}
!I need an alarm {clock}
!I need to get up {wake}, set an alarm
!I want to wake up {wake}
!would you mind waking me up {wake}
!can you wake me up {wake}
""",
    "camera": """
show me {T}
show me {T} please
show {T}
show me the picture from {T}
show the video from {T}
show me what {T} sees
pull up {T}
bring up the feed of {T}
bring up {T}
let me see {T}
let me see the view from {T}
display {T}
open the live view of {T}
give me the feed from {T}
=show {t}
={t} live view
=view {t}
!I want to see {T}
!what does {T} see
!can I see {T}
!would you mind showing me {T}
""",
}
_SWITCH_OPS = ("on", "off")


def _lines(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]


def sources() -> dict[str, list[str]]:
    """All pattern lines per operation, the shared on/off ones filled in; "@skip" lines are left out."""
    found: dict[str, list[str]] = {op: _lines(text) for op, text in _PLAIN.items()}
    for op in _SWITCH_OPS:
        found[op] = [line.replace("{S}", op) for line in _lines(_SWITCH)] + found[op]
        found[op + "_when"] = [line.replace("{S}", op) for line in _lines(_SWITCH_WHEN)]
    return {op: [line for line in lines if "@skip" not in line and "@noop" not in line] for op, lines in found.items()}
