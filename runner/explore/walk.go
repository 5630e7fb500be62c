package explore

import (
	"fmt"
	"maps"
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Walk is what was done on a station, from idle people to idle people.
type Walk struct {
	Steps []Step
	Done  int // of them: the others did not apply, or were not reached
}

// chooses is where the steps of a walk come from; ok is false at its end.
type chooses func(w *walker) (s Step, ok bool)

// Choosing plays steps as they are chosen: so many, or until it is late.
func (c *Chooser) Choosing(steps int, late func() bool) func(*play.Stage) *Walk {
	return func(s *play.Stage) *Walk {
		return perform(s, c.seen, func(w *walker) (Step, bool) {
			if w.Done >= steps || len(w.Steps) >= 2*steps || late() {
				return Step{}, false
			}
			return c.Next(w.model)
		})
	}
}

// Replaying plays steps that are given. Those that do not apply are left out: at once, or where all are known to have applied,
// once nothing more comes.
func Replaying(steps []Step, known bool) func(*play.Stage) *Walk {
	return func(s *play.Stage) *Walk {
		return perform(s, nil, func(w *walker) (Step, bool) {
			i := len(w.Steps)
			if i >= len(steps) {
				return Step{}, false
			}
			if known && !w.applies(steps[i]) {
				w.Settle()
				w.hear()
			}
			return steps[i], true
		})
	}
}

// walker plays one walk on a stage.
type walker struct {
	*play.Stage
	*Walk

	model  *Model
	actors map[string]*play.Actor
	roles  map[string]string // of calls, by id
	seen   *Coverage
	heard  int // mark: up to there the model has heard

	open     []wish // of a step that was not waited for
	openMark int
}

func perform(s *play.Stage, seen *Coverage, next chooses) *Walk {
	w := &walker{Stage: s, Walk: &Walk{}, actors: map[string]*play.Actor{}, roles: map[string]string{}, seen: seen}
	var acting []string
	for _, a := range s.People() {
		acting = append(acting, a.Role)
		w.actors[a.Role] = a
	}
	w.model = NewModel(s.Cast(), acting)
	w.knowDevices()
	for !s.Interrupted() {
		w.hear() // what is chosen is played: nothing is heard in between
		step, ok := next(w)
		if !ok {
			break
		}
		w.Steps = append(w.Steps, step)
		if w.do(step) {
			w.Done++
		} else {
			s.Note("left out, since it does not apply: %s", step)
		}
	}
	w.await(w.open, w.openMark) // of the last step: what comes later would be no part of the walk
	return w.Walk
}

// await waits for what has to come of a step, and lets the model hear of it.
func (w *walker) await(wishes []wish, mark int) {
	for _, wish := range wishes {
		w.Await(w.actors[wish.who.Role], wish.what, mark, wish.meant)
	}
	w.hear()
}

// knowDevices lets the model know how devices were shown last, before the walk, and which calls are over.
func (w *walker) knowDevices() {
	before, mark := w.Since(0)
	w.heard = mark
	for _, e := range before {
		p := w.model.Person(e.Actor)
		if p == nil || e.Browser != "" {
			continue
		}
		if d := voice.DeviceOf(e, p.Device); d != nil && e.Kind == recording.KindMessage {
			p.Shown = d
		}
		for _, d := range voice.ShownIn(e) {
			if voice.SameID(d.ID(), p.Device) && d.Capabilities() != nil {
				p.Shown = d
			}
		}
	}
}

// hear takes in what was told since.
func (w *walker) hear() {
	entries, mark := w.Since(w.heard)
	w.heard = mark
	for _, e := range entries {
		if fresh := w.model.Hear(e); fresh != nil {
			w.bind(fresh)
		}
	}
}

// bind makes a new call one of the walk's, unless it is a stranger's.
func (w *walker) bind(f *Fresh) {
	if f.Alien {
		return
	}
	role, known := w.roles[f.ID] // a call has one, whatever it is called at an end
	if !known {
		role = f.Name
		w.roles[f.ID] = role
	}
	w.Bind(w.actors[f.Who.Role], role, f.ID, f.Between, w.roles[f.Of])
}

// applies reports whether a step is one that its person can do now.
func (w *walker) applies(s Step) bool {
	p := w.model.Person(s.Who)
	if p == nil {
		return false
	}
	_, ok := w.situation(p, s)
	if o := voice.Find(s.Do); ok && o.To == voice.ToDevice {
		return p.Shown.Offers(s.Do)
	}
	return ok
}

// do plays one step; false where it does not apply.
func (w *walker) do(s Step) bool {
	p, a := w.model.Person(s.Who), w.actors[s.Who]
	if p == nil || a == nil || p.Deaf {
		return false
	}
	before := w.model.Whole()
	situation, ok := w.situation(p, s)
	if !ok {
		return false
	}
	switch s.Do {
	case Read:
		w.read(a, p)
	case Reconnect:
		p.Deaf = !w.Reconnect(a)
	case Relogin:
		p.Deaf = !w.Relogin(a, w.label())
	default:
		if !w.operate(a, p, s) {
			return false
		}
	}
	w.hear()
	if w.seen != nil {
		w.seen.Saw(Cell{situation, s.kind()}, before, w.model.Whole())
	}
	return true
}

// situation is where a step is done; ok is false if it does not apply there.
func (w *walker) situation(p *Person, s Step) (string, bool) {
	if s.Call == "" {
		return fmt.Sprintf("with %d calls", len(p.Live())), true
	}
	if s.Wrong == Stranger {
		q := w.model.Person(s.Of)
		if q == nil || q.Named(s.Call) == nil || p.Named(s.Call) != nil {
			return "", false
		}
		return q.Situation(q.Named(s.Call)), true
	}
	n := p.Named(s.Call)
	if n == nil || n.live() && s.Wrong == NotOffered && n.Last.Offers(s.Do) || s.Wrong == "" && !n.Last.Offers(s.Do) {
		return "", false
	}
	return p.Situation(n), true
}

// StepLabel is the form of the label of the request of a step, by its place in the walk.
const StepLabel = "walk.%d"

func (w *walker) label() string { return fmt.Sprintf(StepLabel, len(w.Steps)) }

// read reads what a client reads after it has reconnected.
func (w *walker) read(a *play.Actor, p *Person) {
	w.Get(a, w.label(), "/me/calls?fields=*")
	w.Get(a, w.label(), "/me/devices/"+p.Device)
	if live := p.Live(); len(live) > 0 {
		w.Get(a, w.label(), "/me/calls/"+live[0].ID)
	}
}

// operate posts an operation and waits for what comes of it; false where it does not apply.
func (w *walker) operate(a *play.Actor, p *Person, s Step) bool {
	o := voice.Find(s.Do)
	path, ok := w.path(p, s, o)
	if !ok {
		return false
	}
	body, number, ok := w.body(p, s, o)
	if !ok {
		return false
	}
	wishes := w.model.expected(s, number)
	mark := w.Mark()
	w.open = nil
	if makes(s.Do) && s.Wrong == "" {
		w.model.Made(p, number, s)
	}
	if s.Do == "ForwardCallsOn" {
		w.model.forwards = true // and not only once it is told
	}
	e := w.Post(a, w.label(), path, body)
	if !e.Accepted() {
		if e.Problem == "" {
			w.model.Unmade(s.As)
		}
		return true
	}
	if o.To == voice.ToDevice {
		w.Restore(a, s.Do)
	}
	switch {
	case s.Wrong != "":
	case s.Together:
		w.open, w.openMark = wishes, mark
	default:
		w.await(wishes, mark)
	}
	return true
}

// unknown has the form of an id and is nobody's.
const unknown = "00000000000000000000000000000000"

func (w *walker) path(p *Person, s Step, o voice.Operation) (string, bool) {
	switch s.Wrong {
	case UnknownCall:
		return "/me/calls/" + unknown, true
	case Stranger:
		return "/me/calls/" + w.model.Person(s.Of).Named(s.Call).ID, true
	default:
	}
	switch o.To {
	case voice.ToCall:
		n := p.Named(s.Call)
		if n == nil {
			return "", false
		}
		return "/me/calls/" + n.ID, true
	case voice.ToCalls:
		return "/me/devices/" + p.Device + "/calls", p.Device != ""
	case voice.ToDevice:
		return "/me/devices/" + p.Device, p.Device != "" && p.Shown.Offers(s.Do)
	case voice.ToChannel:
		return "/me/channels/voice", true
	default:
		return "", false
	}
}

// body is what is posted, and the number that it names.
func (w *walker) body(p *Person, s Step, o voice.Operation) (body map[string]any, number string, ok bool) {
	body = map[string]any{"operationName": s.Do}
	maps.Copy(body, s.With)
	if s.Wrong == NoParameters {
		return body, "", true
	}
	number = s.To
	q := w.model.Person(s.To)
	if q != nil {
		number = q.Number
	}
	for _, need := range slices.Concat(o.Needs, o.Takes) {
		switch need.Kind {
		case voice.Party:
			body[need.Name] = map[string]any{"phoneNumber": number}
		case voice.PhoneNumber:
			if slices.Contains(o.Needs, need) {
				body[need.Name] = number
			}
		case voice.DeviceURI:
			if q == nil || w.actors[q.Role] == nil {
				return nil, "", false
			}
			body[need.Name] = w.DeviceURI(w.actors[q.Role])
		case voice.CallURI:
			if s.Other == "" {
				continue
			}
			other := p.Named(s.Other)
			if other == nil || other.Last.URI() == "" {
				return nil, "", false
			}
			body[need.Name] = other.Last.URI()
		default:
		}
	}
	return body, number, s.Do != "SwapCalls" || s.Other != "" || s.Wrong != ""
}
