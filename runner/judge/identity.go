package judge

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

func judgeEnvelope(_ *Case, e *recording.Entry) []Finding {
	var out []Finding
	if e.Call() == nil {
		return nil
	}
	if e.Channel != voice.CallsTopic {
		out = append(out, Finding{Requirement: "MSG-2", Entry: e, Path: "channel", Expected: voice.CallsTopic, Observed: Short(e.Channel)})
	}
	if mt, ok := e.Data()["messageType"].(string); ok && mt != voice.CallMessage && !e.IsError() {
		out = append(out, Finding{Requirement: "MSG-2", Entry: e, Path: "data.messageType", Expected: voice.CallMessage, Observed: Short(mt)})
	}
	return out
}

func judgeCallID(c *Case, e *recording.Entry) []Finding {
	call := voice.CallOf(e)
	id, idOK := call.Text("id")
	uuid, uuidOK := call.Text("callUuid")
	if !idOK || !uuidOK {
		return nil
	}
	if r, ok := c.whose(e); ok && r.ID != id && !c.sharesID(r) {
		return []Finding{{Requirement: "ID-1", Entry: e, Path: "data.call.id", Expected: r.ID + ", the id of the call so far", Observed: Short(id)}}
	}
	if uuid != id && !call.OldForm() && !namedByConnection(call) {
		return []Finding{{Requirement: "ID-1", Entry: e, Path: "data.call.callUuid", Expected: "the call's id, " + id, Observed: Short(uuid)}}
	}
	return nil
}

// namedByConnection reports whether a call is shown as the page RecoveringExistingState shows them: its id is the connId, and callUuid is
// another.
func namedByConnection(call voice.Call) bool {
	return call.ConnID() != "" && call.ID() == call.ConnID()
}

// judgeConnectionID: the id was the connId in the form of 8.5.0; since then it is the call's, and the connId the switch's.
func judgeConnectionID(_ *Case, e *recording.Entry) []Finding {
	call := voice.CallOf(e)
	if call.ConnID() == "" || call.ConnID() != call.ID() || call.OldForm() {
		return nil
	}
	return []Finding{{Requirement: "ID-11", Entry: e, Path: "data.call.connId", Expected: "the switch's own", Observed: call.ConnID() + ", the call's id"}}
}

// judgeConnection: connId must not change while the call is what it was; once a call is
// transferred or conferenced, the switch may give those who go on another connection.
func judgeConnection(c *Case, messages []*recording.Entry) []Finding {
	type key struct{ actor, role string }
	conn := map[key]string{}
	var out []Finding
	for _, e := range messages {
		id, ok := voice.CallOf(e).Text("connId")
		r, ours := c.whose(e)
		if !ok || !ours || c.misdelivered(e) != "" || (e.Actor != "agent" && c.merged(e)) {
			continue
		}
		k := key{e.Actor, r.Name}
		first, seen := conn[k]
		if !seen {
			conn[k] = id
			for other, value := range conn {
				if other.actor == e.Actor && other.role != r.Name && value == id && !c.merged(e) {
					out = append(out, Finding{
						Requirement: "ID-4", Entry: e, Path: "data.call.connId", Expected: "a connId of its own",
						Observed: id + ", the connId of the agent's other call",
					})
				}
			}
			continue
		}
		if id != first && !c.conferenced(e) {
			out = append(out, Finding{Requirement: "ID-4", Entry: e, Path: "data.call.connId", Expected: first + ", as before", Observed: Short(id)})
		}
	}
	return out
}

// merging are the operations after which a call has other parties than before.
var merging = voice.NamesOf(func(o voice.Operation) bool { return o.Merges })

// joining are those of them after which the ones who stay are in one conversation.
var joining = voice.NamesOf(func(o voice.Operation) bool { return o.Joins })

// merged reports whether an operation that merges calls had been sent when e arrived.
func (c *Case) merged(e *recording.Entry) bool { return c.sentBefore(e, merging) }

// conferenced is merged for those who stay in the call; an agent who transfers leaves it.
func (c *Case) conferenced(e *recording.Entry) bool { return c.sentBefore(e, joining) }

func (c *Case) sentBefore(e *recording.Entry, ops []string) bool {
	for _, op := range ops {
		if times := c.posted[op]; len(times) > 0 && times[0] <= e.At {
			return true
		}
	}
	return false
}

// withHimself reports whether calls were merged of which one person may have had two: then he may talk to himself.
func (c *Case) withHimself(e *recording.Entry) bool { return c.merged(e) && c.double[e.Actor] }

func judgeConsultID(c *Case, messages []*recording.Entry) []Finding {
	for _, e := range messages {
		if voice.CallOf(e).CallType() != voice.Consult || e.Actor != "agent" || e.State() != voice.Dialing {
			continue // one that does not dial may be another's, who calls the agent
		}
		for _, r := range c.roles {
			if r.Entry.Kind == recording.KindCall && r.Entry.Actor != e.Actor {
				continue // learnt at another end, where a consult call is any call
			}
			if r.ID == e.CallID() && r.Of == "" {
				return []Finding{
					{Requirement: "ID-5", Entry: e, Path: "data.call.id", Expected: "an id of its own", Observed: e.CallID() + ", the id of the original call"},
				}
			}
		}
	}
	return nil
}

// judgeParent: a consult call names the original. Where that is not known, as in the recording of another client, the
// form of the name is judged.
func judgeParent(c *Case, e *recording.Entry) []Finding {
	call := voice.CallOf(e)
	r, _ := c.whose(e)
	parent, known := c.original(r)
	known = known && e.Actor == voice.Agent && r.Entry.Actor == voice.Agent // it is the agent's own, and not another's who calls the agent
	if known && call["parentCallUri"] == nil && !c.wasOver(e) && !c.outlives(e, parent) {
		return []Finding{{
			Requirement: "ID-6", Entry: e, Path: "data.call.parentCallUri", Expected: "a URI of " + voice.CallPath(parent), Observed: "missing",
		}}
	}
	return parentFindings(e, call, "data.call.", func(id string) bool { return !known || id == parent || c.goesBy(r.Of, id) }, parent)
}

// goesBy reports whether the agent was notified of the call in a role under an id: a call that
// changes its id is reported as that, not once more where others refer to it.
func (c *Case) goesBy(role, id string) bool {
	for _, e := range c.Of("agent", role) {
		if e.CallID() == id {
			return true
		}
	}
	return false
}

// original is the live id of the call that a consult call was started from.
func (c *Case) original(consult Role) (string, bool) {
	of, ok := c.roles[consult.Of]
	return of.ID, ok && consult.Of != ""
}

func judgeNumber(c *Case, e *recording.Entry) []Finding {
	own := c.Station.Party(e.Actor).Number
	number, ok := voice.Addressee(e)
	if !ok || own == "" || voice.SameNumber(number, own) {
		return nil
	}
	return []Finding{{Requirement: "ID-7", Entry: e, Path: "data.phoneNumber", Expected: own + ", the agent's own number", Observed: Short(number)}}
}

// judgeParticipants judges what needs no page: nobody is a party beside himself, and the
// forms of one participant's number agree.
func judgeParticipants(c *Case, e *recording.Entry) []Finding {
	own := c.Station.Party(e.Actor).Number
	var out []Finding
	for i, p := range voice.CallOf(e).Participants() {
		if !p.IsObject() {
			continue
		}
		at := fmt.Sprintf("data.call.participants.%d", i)
		number := p.PhoneNumber()
		if own != "" && number == own && c.Ours(e) && !c.withHimself(e) {
			out = append(out, Finding{Requirement: "ID-8", Entry: e, Path: at, Expected: "another party than the agent", Observed: number + ", the agent's own number"})
		}
	}
	return append(out, formFindings(e, voice.CallOf(e), "data.call.")...)
}
