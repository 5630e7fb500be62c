package reference

import "slices"

// initiate is InitiateTransfer and InitiateConference: the original is held,
// then a consult call is dialled. The user data of the original goes along.
func initiate(conference bool) operation {
	return func(x *exchange, l *leg) *apiError {
		number, err := destination(x)
		if err != nil {
			return err
		}
		pairs, err := userData(x.body)
		if err != nil {
			return err
		}
		near, far := x.connect(number, "Consult", newData(l.data.pairs, pairs))
		near.parent, near.conference = l, conference
		for _, other := range l.consults() {
			if other != near && other.state == established {
				x.set(other, held)
			}
		}
		x.set(l, held)
		if l.shown != key(x.s.baseCapabilities(l)) {
			x.changed(l, kindStatus)
		}
		x.dials(near, far)
		x.answerItself(far)
		return nil
	}
}

// pair is (original, consult), whichever of the two the request named.
func pair(x *exchange, l *leg) (original, consult *leg, err *apiError) {
	if l.parent.live() {
		original, consult = l.parent, l
	} else if other := l.partner(); other != nil {
		original, consult = l, other
	} else {
		return nil, nil, wrongState("There is no consult call")
	}
	v, given := x.body["consultCallUri"]
	if !given {
		return original, consult, nil
	}
	uri, isText := v.(string)
	if !isText {
		return nil, nil, invalid("Parameter consultCallUri is not a string")
	}
	for _, c := range original.consults() {
		if (l == original || c == l) && c == original.related(uri) {
			return original, c, nil
		}
	}
	return nil, nil, invalid("consultCallUri names no consult call of this call")
}

func completeTransfer(x *exchange, l *leg) *apiError {
	original, consult, err := pair(x, l)
	if err != nil {
		return err
	}
	left, right := original.peers, consult.peers
	first, second := original, consult
	if x.s.hooks.consultReleasedFirst {
		first, second = consult, original
	}
	x.set(first, released)
	x.set(second, released)
	for _, p := range left {
		p.peers = append(without(left, p), right...)
	}
	for _, p := range right {
		p.peers = append(without(right, p), left...)
	}
	x.updated(left...)
	x.updated(right...)
	return nil
}

func completeConference(x *exchange, l *leg) *apiError {
	original, consult, err := pair(x, l)
	if err != nil {
		return err
	}
	before, added := original.peers, consult.peers
	x.set(consult, released)
	original.owner = true
	original.peers = append(slices.Clone(before), added...)
	for _, p := range before {
		p.peers = append(slices.Clone(p.peers), added...)
	}
	for _, p := range added {
		p.peers = append(append([]*leg{original}, before...), without(added, p)...)
	}
	if original.state == established {
		x.changed(original, kindParticipants)
	} else {
		x.set(original, established)
	}
	x.updated(before...)
	x.updated(added...)
	return nil
}

// newcomer is the destination of a single-step operation: nobody who is in
// the call already.
func newcomer(x *exchange, l *leg) (string, object, *apiError) {
	number, err := destination(x)
	if err != nil {
		return "", nil, err
	}
	if slices.ContainsFunc(l.peers, func(p *leg) bool { return p.number == number }) {
		return "", nil, invalid("%s is in the call already", number)
	}
	pairs, err := userData(x.body)
	if err != nil {
		return "", nil, err
	}
	return number, pairs, l.data.roomFor(pairs)
}

// ring adds a leg to an existing call. An agent for whom that call was
// Released gets a call with a new id: Released is the end of an id.
func (x *exchange) ring(l *leg, number string, peers []*leg) *leg {
	far := &leg{id: l.id, connID: l.connID, dnis: number, callType: "Internal", data: l.data,
		agent: x.s.agentByNumber(number), number: number, state: ringing, peers: peers}
	if far.agent != nil && (far.agent.past[l.id] || far.agent.find(l.id) != nil) {
		far.id, far.connID = x.s.ids.next()
	}
	return x.s.addLeg(far)
}

func singleStepTransfer(x *exchange, l *leg) *apiError {
	number, pairs, err := newcomer(x, l)
	if err != nil {
		return err
	}
	left := l.peers
	l.data.merge(pairs)
	x.set(l, released)
	far := x.ring(l, number, left)
	for _, p := range left {
		p.peers = append(without(left, p), far)
	}
	x.updated(left...)
	x.rings(far)
	x.answerItself(far)
	return nil
}

func singleStepConference(x *exchange, l *leg) *apiError {
	number, pairs, err := newcomer(x, l)
	if err != nil {
		return err
	}
	before := l.peers
	l.data.merge(pairs)
	l.owner = true
	far := x.ring(l, number, append([]*leg{l}, before...))
	l.peers = append(slices.Clone(before), far)
	for _, p := range before {
		p.peers = append(slices.Clone(p.peers), far)
	}
	x.updated(l)
	x.updated(before...)
	x.rings(far)
	x.answerItself(far)
	return nil
}

func removeParticipant(x *exchange, l *leg) *apiError {
	number, err := text(x.body, "participant")
	if err != nil {
		return err
	}
	at := slices.IndexFunc(l.peers, func(p *leg) bool { return p.number == number })
	if at < 0 {
		return invalid("%.64q is not in the conference", number)
	}
	out := l.peers[at]
	rest := without(l.peers, out)
	stay := append([]*leg{l}, rest...)
	for _, p := range stay {
		p.peers = without(p.peers, out)
	}
	x.updated(l)
	x.updated(rest...)
	out.peers = []*leg{l}
	x.set(out, released)
	talk := func(p *leg) bool { return p.watched == nil }
	if i := slices.IndexFunc(stay, talk); i >= 0 && !slices.ContainsFunc(stay[i+1:], talk) { // supervisors alone keep nobody on the line
		stay[i].peers = []*leg{out}
		x.set(stay[i], released)
	}
	return nil
}

// swapCalls notifies the retrieved call first, as the page's sample does.
func swapCalls(x *exchange, l *leg) *apiError {
	uri, err := text(x.body, "otherCallUri")
	if err != nil {
		return err
	}
	other := l.related(uri)
	if other == nil {
		return invalid("otherCallUri names no other call of this agent")
	}
	up, down := other, l
	if l.state == held {
		up, down = l, other
	}
	x.set(up, established)
	x.set(down, held)
	return nil
}
