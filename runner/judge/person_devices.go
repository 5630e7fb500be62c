package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// OwnDevices judges that a person is notified of no device of others: of another person of the station, or of one that is
// not among those that he reads as his.
func (p *Person) OwnDevices() []Finding {
	mine := p.readDevices()
	var out []Finding
	for _, e := range p.devices() {
		for d := range voice.DevicesOf(e) {
			id := d.ID()
			if id == "" || voice.SameID(id, p.own().Device) {
				continue
			}
			other := ownerOf(p.Header, id)
			switch {
			case other != "":
				other = "the device of " + other
			case len(mine) == 0 || slices.ContainsFunc(mine, func(own string) bool { return voice.SameID(own, id) }):
				continue
			default:
				other = "device " + id
			}
			out = append(out, Finding{Entry: e, Path: "data.devices", Expected: "devices of the " + p.Actor + " only", Observed: other})
		}
	}
	return out
}

// OwnDeviceReads judges that what a person reads as his own shows no device of another person. n is how many answers there are.
func (p *Person) OwnDeviceReads() (out []Finding, n int) {
	for _, e := range p.reads() {
		path, _, _ := strings.Cut(e.Path, "?")
		path = strings.TrimSuffix(path, "/")
		if path != "/me" && path != "/me/devices" {
			continue
		}
		var ids []string
		for _, d := range voice.ShownIn(e) {
			ids = append(ids, d.ID())
		}
		if uris, listed := voice.URIsIn(e); listed && path == "/me/devices" {
			for _, uri := range uris {
				ids = append(ids, voice.LastSegment(uri))
			}
		}
		if len(ids) > 0 {
			n++
		}
		for _, id := range ids {
			if other := ownerOf(p.Header, id); other != "" && !voice.SameID(id, p.own().Device) {
				out = append(out, Finding{Entry: e, Path: "devices", Expected: "devices of the " + p.Actor + " only", Observed: "the device of " + other})
				break
			}
		}
	}
	return out, n
}

// readDevices are the ids of the devices that the person's answers show as his.
func (p *Person) readDevices() []string {
	var out []string
	for _, e := range p.reads() {
		for _, d := range voice.ShownIn(e) {
			out = append(out, d.ID())
		}
		if path, _, _ := strings.Cut(e.Path, "?"); strings.HasSuffix(path, "/me/devices") {
			uris, _ := voice.URIsIn(e)
			for _, uri := range uris {
				out = append(out, voice.LastSegment(uri))
			}
		}
	}
	return out
}

// ownerOf names the person of any station who has a device; "" if nobody has.
func ownerOf(header *recording.Header, id string) string {
	for i, s := range header.Stations {
		for _, role := range voice.Roles {
			if d := s.Party(role).Device; d != "" && voice.SameID(d, id) {
				return fmt.Sprintf("the %s of station %d", role, i+1)
			}
		}
	}
	return ""
}

// together is how close two notifications come that are one, delivered twice, in seconds.
const together = 0.02

// DevicesOnce finds a notification of devices that comes with the one before it over again, in one session, more often than
// anything was done that could have caused it. A server that tells people of their devices from time to time, whether there
// is news or not, is left alone: once by chance its notification may come right behind that of a change.
func (p *Person) DevicesOnce() []Finding {
	type run struct {
		content string
		n       int
		before  *recording.Entry // the notification before the run
		since   float64          // when the one before that came
		last    *recording.Entry
		prior   float64 // when the one before the last came
	}
	runs := map[int]run{}
	var out []Finding
	for _, e := range p.devices() {
		if !voice.ListsDevices(e) {
			continue
		}
		now := recording.JSON(e.Data()["devices"])
		r := runs[e.Session]
		prior := 0.0
		if r.last != nil {
			prior = r.last.At
		}
		if r.content != now {
			r = run{content: now, before: r.last, since: r.prior}
		}
		before := 0.0
		if r.n > 0 {
			before = r.last.At
		}
		if r.n > 0 && e.At-before > together && !p.posted(before, e.At) {
			return nil
		}
		r.n, r.last, r.prior = r.n+1, e, prior
		if r.n > 1 && e.At-before <= together && r.n > p.causes(r.before, r.since, e) {
			out = append(out, Finding{
				Entry: e, Path: "data.devices", Expected: "one notification of each change of a device",
				Observed: fmt.Sprintf("the same notification %d times", r.n),
			})
		}
		runs[e.Session] = r
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// starts is by how many notifications the start of a session is told: logged in, ready, not ready.
const starts = 3

// posted reports whether anything was asked for on the station in a span of time.
func (p *Person) posted(from, to float64) bool {
	return slices.ContainsFunc(p.posts, func(e *recording.Entry) bool { return e.At >= from && e.At <= to })
}

// causes counts what may have caused notifications of a device that came after another and up to e: operations of the person
// that were sent after the one which that other tells of, and those on calls of the station since it came. Where several had been sent
// since the notification before that other, it may tell of the first that fits. Calls that end at once may each be followed by wrap-up.
func (p *Person) causes(before *recording.Entry, since float64, e *recording.Entry) int {
	told, came := 0.0, 0.0
	if before != nil {
		came = before.At
		for _, post := range p.posts {
			if post.Actor == p.Actor && changesDevice(post) && post.At <= before.At && p.tells(post, before) {
				told = post.At
				if post.At > since {
					break
				}
			}
		}
	}
	n := 0
	for _, post := range p.posts {
		switch {
		case post.At > e.At:
		case changesDevice(post):
			if post.Actor == p.Actor && post.At > told {
				n++
				if post.Operation() == "StartContactCenterSession" {
					n += starts - 1
				}
			}
		case post.At > came:
			n++
		}
	}
	if d := voice.DeviceOf(e, p.own().Device); d != nil && d.UserState().State() == "NotReady" {
		n += max(0, p.ended(came, e.At+together)-1)
	}
	return n
}

// ended counts the calls that the person was told are over, in a span of time.
func (p *Person) ended(from, to float64) (n int) {
	for _, e := range p.Entries {
		if e.Kind == recording.KindMessage && e.At >= from && e.At <= to && e.State() == voice.Released {
			n++
		}
	}
	return n
}

// tells reports whether a notification of the person's device shows what an operation leads to.
func (p *Person) tells(post, e *recording.Entry) bool {
	d, o := voice.DeviceOf(e, p.own().Device), voice.Find(post.Operation())
	switch {
	case d == nil:
		return false
	case o.Told.State != "":
		return d.UserState().String() == o.Told.State
	case o.Told.Value != nil:
		return d[o.Told.Member] == o.Told.Value
	}
	return true
}

// eachDevice judges every device that the person is shown: in notifications, and in what he reads.
func (p *Person) eachDevice(judged func(d voice.Device, add func(member, expected string, observed any))) []Finding {
	var out []Finding
	shown := func(e *recording.Entry, at string, d voice.Device) {
		judged(d, func(member, expected string, observed any) {
			out = append(out, Finding{Entry: e, Path: at + member, Expected: expected, Observed: Short(observed)})
		})
	}
	for _, e := range p.devices() {
		i := 0
		for d := range voice.DevicesOf(e) {
			shown(e, fmt.Sprintf("data.devices.%d.", i), d)
			i++
		}
	}
	for _, e := range p.reads() {
		for _, d := range voice.ShownIn(e) {
			if d != nil {
				shown(e, "device.", d)
			}
		}
	}
	return out
}

// DeviceValues judges what a device says of itself: that its values are those that the documents know, and that its number
// is the person's.
func (p *Person) DeviceValues() []Finding {
	own := p.own()
	return p.eachDevice(func(d voice.Device, add func(member, expected string, observed any)) {
		oneOf := func(member string, values ...string) {
			if v, ok := d.Text(member); ok && !slices.Contains(values, v) {
				add(member, strings.Join(values, " or "), v)
			}
		}
		oneOf("deviceState", "Active", voice.Inactive)
		oneOf("telephonyNetwork", "Private", "Public")
		if uri, ok := d.Text("voiceEnvironmentUri"); ok && !absolute(uri) {
			add("voiceEnvironmentUri", "an absolute URI", uri)
		}
		for _, member := range []string{"uri", "path"} {
			if at, ok := d.Text(member); ok && d.ID() != "" && !voice.SameID(voice.LastSegment(at), d.ID()) {
				add(member, "that of the device "+d.ID(), at)
			}
		}
		dynamic, _ := d.Text("dynamicPhoneNumber")
		mine := own.Device != "" && voice.SameID(d.ID(), own.Device)
		if n, ok := d.Text("phoneNumber"); ok && mine && own.Number != "" && dynamic == "" && !voice.MayBeSameNumber(n, own.Number) {
			add("phoneNumber", own.Number+", the "+p.Actor+"'s number", n)
		}
	})
}

// absolute reports whether a text is a URI with a scheme and something behind it.
func absolute(uri string) bool {
	scheme, rest, found := strings.Cut(uri, "://")
	return found && scheme != "" && strings.Trim(rest, "/") != ""
}

// atDevices are the documented capabilities of devices.
var atDevices = voice.NamesOf(func(o voice.Operation) bool {
	return o.To == voice.ToDevice || o.Group == voice.GroupMonitoring
})

// DeviceCapabilities judges that a device offers nothing twice, nothing that the documents know of other resources, and
// not what it has been switched to already.
func (p *Person) DeviceCapabilities() []Finding {
	return p.eachDevice(func(d voice.Device, add func(member, expected string, observed any)) {
		const at = "capabilities"
		have := map[string]int{}
		for _, op := range d.Capabilities() {
			have[op]++
			if o := voice.Find(op); o.Name != "" && !slices.Contains(atDevices, op) && have[op] == 1 {
				add(at, "operations of a device", op+", an operation of another resource")
			}
		}
		if double := doubles(have); len(double) > 0 {
			add(at, "no operation twice", "twice: "+strings.Join(double, ", "))
		}
		if v := d.DoNotDisturb(); v != "" && have["DoNotDisturb"+v] > 0 {
			add(at, "not DoNotDisturb"+v+": doNotDisturb is "+v, "DoNotDisturb"+v)
		}
	})
}

// agentStates are the states that the documents know.
var agentStates = []string{"LoggedOut", "LoggedIn", "Ready", "NotReady"}

// DeviceWords judges what no page forbids in so many words: names that none knows, and members that say nothing.
func (p *Person) DeviceWords() []Finding {
	return p.eachDevice(func(d voice.Device, add func(member, expected string, observed any)) {
		for _, op := range d.Capabilities() {
			if op != "" && voice.Find(op).Name == "" {
				add("capabilities", "operations that a page names", op)
			}
		}
		if state := d.UserState().State(); state != "" && !slices.Contains(agentStates, state) {
			add("userState.state", strings.Join(agentStates, ", "), state)
		}
		if to, ok := d.Text("forwardTo"); ok && to == "" {
			add("forwardTo", "no such member: calls are not forwarded", to)
		}
		if e164, ok := d.Text("e164Number"); ok && e164 != "" && !voice.MayBeSameNumber(e164, d.Number()) {
			add("e164Number", "a form of "+d.Number()+", or an empty text", e164)
		}
	})
}

// AgentStates judges the system-defined agent states: by its id a state has the documented name and work mode, and two states
// have two ids.
func (p *Person) AgentStates() []Finding {
	first := map[string]string{} // id: state
	return p.eachDevice(func(d voice.Device, add func(member, expected string, observed any)) {
		u := d.UserState()
		id := strings.ToUpper(u.ID())
		if id == "" {
			return
		}
		if want, known := voice.SystemState(id); known {
			if u.String() != want.String() {
				add("userState", want.String()+", by its id", u.String())
			}
			if name, ok := u["displayName"].(string); ok && name != want["displayName"] {
				add("userState.displayName", fmt.Sprint(want["displayName"]), name)
			}
			return
		}
		if want, known := voice.SystemStateNamed(u); known {
			add("userState.id", want.ID(), u.ID())
			return
		}
		if was, seen := first[id]; seen && was != u.String() {
			add("userState.id", "an id of its own: "+id+" is that of "+was, u.String())
			return
		}
		first[id] = u.String()
	})
}
