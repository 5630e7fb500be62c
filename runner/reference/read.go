package reference

import (
	"slices"
	"strings"
)

func ok(name string, value any) object { return object{"statusCode": codeOK, name: value} }

func getMe(x *exchange) *apiError {
	user := x.s.renderUser(x.agent)
	asked := strings.Split(x.r.URL.Query().Get("subresources"), ",")
	has := func(name string) bool { return slices.Contains(asked, "*") || slices.Contains(asked, name) }
	if has("features") {
		user["features"] = x.s.renderFeatures()
	}
	if has("devices") {
		user["devices"] = x.s.anyDevices(x.agent)
	}
	if has("settings") { // sections of options; a client written in C# does not start without
		user["settings"] = object{"htcc": object{"roles": "Agent"}, "interaction-workspace": object{}}
	}
	if has("calls") {
		user["calls"] = x.calls()
	}
	x.answer.body = ok("user", user)
	return nil
}

// calls are the resources of the agent's live calls.
func (x *exchange) calls() []object {
	list := []object{}
	for _, l := range x.agent.legs {
		list = append(list, x.s.renderCall(l))
	}
	for _, h := range x.s.hooks.list {
		list = h(x, list)
	}
	return list
}

// collection is a list of uris, or of resources with fields=*.
func (x *exchange) collection(name string, list []object) {
	if x.r.URL.Query().Get("fields") == "*" {
		x.answer.body = ok(name, list)
		return
	}
	uris := []any{}
	for _, r := range list {
		uris = append(uris, r["uri"])
	}
	x.answer.body = ok("uris", uris)
}

func getCalls(x *exchange) *apiError {
	x.collection("calls", x.calls())
	return nil
}

func getCall(x *exchange) *apiError {
	l := x.agent.find(x.id)
	for _, h := range x.s.hooks.lookup {
		l = h(x, l)
	}
	if l == nil {
		return notFound("No call with id %.40s", x.id)
	}
	x.leg = l
	x.answer.body = ok("call", x.s.renderCall(l))
	return nil
}

func getDevices(x *exchange) *apiError {
	if x.r.URL.Query().Get("fields") != "*" {
		// Built here: a device resource may lack its uri, the list may not.
		x.answer.body = ok("uris", []any{x.s.deviceURI(x.agent)})
		return nil
	}
	x.answer.body = ok("devices", x.s.devicesOf(x.agent))
	return nil
}

func getDevice(x *exchange) *apiError {
	if err := x.ownDevice(); err != nil {
		return err
	}
	x.answer.body = ok("device", x.s.renderDevice(x.agent))
	return nil
}

func getSettings(x *exchange) *apiError {
	settings := x.s.hooks.site.settings
	if settings == nil {
		settings = []any{}
	}
	x.answer.body = ok("settings", settings)
	x.answer.body["key"] = "name"
	return nil
}

func getServices(x *exchange) *apiError {
	id := x.s.environment
	x.collection("services", []object{{
		"id": id, "name": "Voice", "type": "Voice", "state": "Active",
		"uri": x.s.publicBase() + "/services/" + id, "path": "/services/" + id,
	}})
	return nil
}

func getVersion(x *exchange) *apiError {
	x.answer.body = ok("version", "8.5.202.96")
	return nil
}
