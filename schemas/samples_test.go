package schemas_test

import "strings"

// One valid sample of every kind, with every member that its schema types, so that each
// can be broken. Ids and numbers are made up; members and values are the documented ones.
var samples = map[string]string{
	"rest-answer":  `{"statusCode":0}`,
	"rest-error":   `{"statusCode":6,"statusMessage":"The call does not exist"}`,
	"rest-partial": `{"statusCode":7,"failed":[{"statusCode":4,"statusMessage":"Device '5001' is not registered.","channel":"voice"}],"succeeded":[{"statusCode":0,"channel":"multimedia"}]}`,

	"call-ringing":     notification("Ringing"),
	"call-dialing":     notification("Dialing"),
	"call-established": notification("Established"),
	"call-held":        notification("Held"),
	"call-released":    notification("Released"),
	"call-resource":    call("Established"),
	"call-8.5.0": `{"channel":"/v2/me/calls","data":{"messageType":"CallStateChangeMessage","notificationType":"AttachedDataChanged","call":{
		"id":"0071025563e9f00f","state":"Established","callUuid":"00QEAG4KU4A5P78IG2DAHG5AES00000F",
		"deviceUri":"http://127.0.0.1/api/v2/devices/bf78","uri":"http://127.0.0.1/api/v2/me/calls/0071025563e9f00f",
		"participants":["1001"],"participantsInfo":[{"digits":"1001","e164Number":"1001","formattedPhoneNumber":"1001"}],
		"dnis":"1000","callType":"Internal","capabilities":["Hangup"],"userData":{"hello":"hola"},"duration":"13","mute":"Off"},"phoneNumber":"1000"}}`,

	"device-resource":     device,
	"device-notification": `{"channel":"/v2/me/devices","data":{"devices":[` + device + `],"messageType":"DeviceStateChangeMessage","metrics":{}}}`,
	"error-notification": `{"channel":"/v2/me/devices","data":{"messageType":"ErrorMessage","notificationType":"Error","errorMessage":"not registered","metrics":{},
		"devicePath":"/devices/6f0c","deviceUri":"http://127.0.0.1/api/v2/devices/6f0c","phoneNumber":"5001","call":{}}}`,
	"user": `{"id":"1e55","userName":"user1","firstName":"A","lastName":"B","emailAddress":"","roles":["ROLE_AGENT"],"enabled":true,
		"devices":[{}],"calls":[],"channels":[],"channelStates":[],"interactions":[],"chats":[],"features":[{"id":"api-voice"}],
		"changePasswordOnFirstLogin":false,"contactCenterId":"6d74","uri":"http://127.0.0.1/api/v2/users/1e55","path":"/users/1e55"}`,

	"bayeux-handshake": `{"channel":"/meta/handshake","successful":true,"id":"1","clientId":"c1","version":"1.0","minimumVersion":"1.0",
		"supportedConnectionTypes":["long-polling"],"ext":{},"error":"","timestamp":"","advice":{"reconnect":"retry","interval":0,"timeout":30000,"multiple-clients":false,"hosts":["a"]}}`,
	"bayeux-handshake-failed": `{"channel":"/meta/handshake","successful":false,"error":"403::denied","advice":{"reconnect":"none"},"version":"1.0","supportedConnectionTypes":["long-polling"]}`,
	"bayeux-connect":          `{"channel":"/meta/connect","successful":true,"id":"2","clientId":"c1"}`,
	"bayeux-subscribe":        `{"channel":"/meta/subscribe","successful":true,"id":"3","subscription":"/v2/me/calls"}`,
	"bayeux-unsubscribe":      `{"channel":"/meta/unsubscribe","successful":true,"id":"4","subscription":"/v2/me/calls"}`,
	"bayeux-disconnect":       `{"channel":"/meta/disconnect","successful":true,"id":"5"}`,
	"bayeux-event":            `{"channel":"/v2/me/calls","data":{"messageType":"CallStateChangeMessage"},"id":"9","clientId":"c1","ext":{},"advice":{}}`,

	"recording": `{"kind":"rest","seq":3,"at":0.25,"station":1,"actor":"agent","scenario":"calls.hold","step":"hold","method":"POST","path":"/me/calls/A",
		"request":{"operationName":"Hold"},"requestText":"","status":200,"headers":{"Content-Type":"application/json"},"response":{"statusCode":0},
		"responseText":"","answeredAt":0.3,"flaws":["JSON: a byte order mark"],"problem":"","credentials":"cookie","session":1,"browser":"","transport":"long-polling","direction":"sent",
		"channel":"","message":{},"event":"","role":"","id":"","text":"","waited":0,
		"header":{"version":1,"suite":"1.0","target":"http://127.0.0.1","started":"2026-01-27T04:45:44Z","transport":"long-polling","seed":1,"features":["mute"],
		"stations":[{"agent":{"user":"a","number":"1","device":"d","controlled":true},"caller":{},"destination":{}}]}}`,
	"results": `{"version":1,"suite":"1.0","outcome":"conforms","reason":"","target":"http://127.0.0.1","transport":"long-polling","gate":"required","seed":1,"fault":"",
		"features":["mute"],"started":"2026-01-27T04:45:44Z","durationMs":12,
		"counts":{"passed":1,"failed":0,"known-failure":0,"blocked":0,"untestable":0,"not-applicable":0,"not-selected":0},
		"checks":[{"id":"calls.hold.HOLD-1","title":"Held","requirements":["HOLD-1"],"level":"required","area":"calls","scenario":"calls.hold","outcome":"passed","message":"",
		"findings":[{"requirement":"HOLD-1","path":"data.call.state","expected":"Held","observed":"nothing","seq":4,"after":3}],"rerun":"","durationMs":1,"knownFailure":""}],
		"scenarios":[{"id":"calls.hold","title":"Hold","area":"calls","source":{"page":"CallsHold","section":"sample"},"station":1,"playedMs":80}],
		"latency":[{"operation":"Hold","to":"Held","count":1,"p50":1,"p95":1,"max":1}],"unknownMembers":{"data.metrics":3},"leftBehind":["a call"],"knownFailureProblems":["stale"]}`,
}

const device = `{"id":"27379f71","deviceState":"Active","userState":{"id":"9430250E","displayName":"Ready","state":"Ready","workMode":"AuxWork"},
	"phoneNumber":"5005","e164Number":"","description":"","telephonyNetwork":"Private","doNotDisturb":"Off","forwardTo":"5001",
	"voiceEnvironmentUri":"http://127.0.0.1/api/v2/voice-environments/c776","capabilities":["DoNotDisturbOn"],"channels":["voice"],"dynamicPhoneNumber":"",
	"supervisorMonitoringState":{"state":"Coach","mode":"AllCalls","scope":"Call","targetDeviceUri":"http://127.0.0.1/api/v2/devices/9c14"}}`

func call(state string) string {
	return strings.ReplaceAll(`{"id":"011D05","state":"STATE","callUuid":"011D05","connId":"007102385535e005","deviceUri":"http://127.0.0.1/api/v2/devices/efe1",
		"participants":[{"e164Number":"","formattedPhoneNumber":"5000","phoneNumber":"5000","digits":"5000"}],"dnis":"5005","ani":"5000","callType":"Consult",
		"capabilities":["Hangup"],"userData":{"a":"b"},"parentCallUri":"http://127.0.0.1/api/v2/me/calls/011D04","parentCallPath":"/calls/011D04","duration":"10","mute":"Off",
		"recordingState":"Stopped","supervisorListeningIn":false,"monitoredUserMuted":false,"monitoring":false,
		"uri":"http://127.0.0.1/api/v2/me/calls/011D05","path":"/calls/011D05"}`, "STATE", state)
}

func notification(state string) string {
	return `{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":` + call(state) +
		`,"phoneNumber":"5005","extensions":{"BusinessCall":0},"messageType":"CallStateChangeMessage","metrics":{}}}`
}
