package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/voice"
)

// Finding is one line of doctor: something that was looked at before any scenario is played.
type Finding struct {
	Name           string
	OK             bool
	Detail, Remedy string
}

// Doctor connects as a run does, says what it found, and ends the sessions again. It places no
// call. What keeps the target from being tested is one finding that is not OK.
func Doctor(ctx context.Context, o Options) (findings []Finding, _ error) {
	var found []Finding
	o.careful = true
	s, err := open(ctx, o)
	if s == nil || s.run == nil {
		return nil, err
	}
	defer func() {
		for i := range findings {
			findings[i].Detail, findings[i].Remedy = s.run.Redact(findings[i].Detail), s.run.Redact(findings[i].Remedy)
		}
	}()
	for _, st := range s.stations {
		if st != nil {
			found = append(found, examine(ctx, st)...)
		}
		if st != nil && o.Debug != nil {
			for _, e := range st.Tape().From(0) {
				fmt.Fprintln(o.Debug, evidence.EntryLine(e.Shown()))
			}
		}
	}
	var cause *TargetError
	switch {
	case errors.As(err, &cause):
		return append(found, Finding{Name: "target", Detail: cause.Cause, Remedy: cause.Remedy}), nil
	case err != nil:
		return found, err
	}
	for _, st := range s.stations {
		if st.NoNotifications != "" {
			found = append(found, Finding{
				Name: "notifications", Detail: st.NoNotifications,
				Remedy: cmp.Or(st.Remedy, "see what voicespec run --label-filter notifications says of the Bayeux endpoint"),
			})
		}
	}
	for _, st := range s.stations {
		found = append(found, tried(ctx, st, o.Call)...)
	}
	found = append(found, Finding{Name: "transport", OK: true, Detail: s.run.Transport() + offered(s.run.Supported)})
	if len(s.run.Features) > 0 {
		found = append(found, Finding{Name: "features", OK: true, Detail: strings.Join(s.run.Features, ", ")})
	}
	for _, text := range s.run.FeaturesOfOneSide() {
		found = append(found, Finding{Name: "features", OK: true, Detail: text})
	}
	found = append(found, Finding{
		Name: "budgets", OK: true,
		Detail: fmt.Sprintf("request %s, event %s, quiet %s", s.run.Budgets.Request, s.run.Budgets.Event, s.run.Budgets.Quiet),
	})
	for _, left := range s.close(ctx) {
		found = append(found, Finding{Name: "closing", Detail: left, Remedy: "end the session by hand"})
	}
	return found, nil
}

// tried says what the options of the people's devices mean, and what came of a call where one is asked for.
func tried(ctx context.Context, st *play.Station, call bool) (found []Finding) {
	for _, role := range config.Roles {
		if a := st.Actors[role]; a.Controlled() && a.Device != "" {
			if text := a.Settings(ctx); text != "" {
				found = append(found, Finding{Name: "switch", OK: true, Detail: a.Party.Number + ": " + text})
			}
		}
	}
	if !call {
		return found
	}
	from, to := st.Actors[voice.Agent], st.Actors[voice.Caller]
	dials := to.Party.Number
	if to.Party.Dials != "" || to.FromOutside() { // that is the way to try
		from, to, dials = to, from, cmp.Or(to.Party.Dials, from.Party.Number)
	}
	if why := st.TryCall(ctx, from, to); why != "" {
		return append(found, Finding{
			Name: "call", Detail: fmt.Sprintf("%s called %s, and that did not come through: %s", from.Party, dials, why),
			Remedy: "check that the telephones are registered and that these people may call each other",
		})
	}
	found = append(found, Finding{Name: "call", OK: true, Detail: fmt.Sprintf("%s called %s, and hung up", from.Party, dials)})
	st.TryDestination(ctx)
	for _, why := range st.Absences() {
		found = append(found, Finding{Name: "call", Detail: why, Remedy: "check number: of the destination; what needs it is untestable"})
	}
	return found
}

func offered(types []string) string {
	if len(types) == 0 {
		return ""
	}
	return " (the server offers " + strings.Join(types, ", ") + ")"
}

// examine says what connecting found about each person of a station.
func examine(ctx context.Context, st *play.Station) []Finding {
	var found []Finding
	for _, role := range config.Roles {
		a := st.Actors[role]
		if !a.Controlled() {
			if a.Absence() != "" && (!a.Party.Controlled() || role == voice.Destination) {
				found = append(found, Finding{Name: role, OK: true, Detail: a.Party.Number + ": " + a.Absence() + ", so it cannot answer; what needs that is untestable"})
			}
			continue
		}
		me := stepOf(st, role, recording.Connect.Label("me"))
		if me == nil || me.Status != 200 || me.AnswerObject() == nil {
			continue // the cause is told once
		}
		detail := fmt.Sprintf("%s: authenticated in %.0f ms", a.Party, 1000*(me.AnsweredAt-me.At))
		if a.Device != "" {
			detail += ", device " + a.Device
		}
		if e := stepOf(st, role, recording.Connect.Label("session")); e != nil {
			detail += ", contact centre session: " + play.Outcome(e)
		}
		// It may be written in another way than it is dialled, so a difference is a hint and keeps nothing from being tested.
		if shown := voice.UserIn(me).Device(a.Device).Number(); shown != "" && shown != a.Party.Number {
			detail += fmt.Sprintf("; the server has the number %s for that device: is number: in the target file right? If that is another form of it, "+
				"write shown: %q", shown, shown)
		}
		if text := a.Telephone(ctx); text != "" {
			detail += "; " + text
		}
		found = append(found, Finding{Name: role, OK: true, Detail: detail})
		if lost := sessionLost(st, role); lost != "" {
			found = append(found, Finding{Name: "notifications", OK: true, Detail: lost + "; " + a.KeepsSession()})
		}
	}
	return found
}

// sessionLost says that a session of notifications was not known after it was begun, although another try went well.
func sessionLost(st *play.Station, role string) string {
	for _, e := range st.Tape().From(0) {
		if e.Actor == role && e.Kind == recording.KindBayeux && e.Direction == "received" && e.Browser == "" && bytes.Contains(e.Message, []byte(`"402:`)) {
			return "a session that " + role + " had just begun was not known (402)"
		}
	}
	return ""
}

func stepOf(st *play.Station, role, step string) *recording.Entry {
	for _, e := range st.Tape().From(0) {
		if e.Actor == role && e.Step == step {
			return e
		}
	}
	return nil
}
