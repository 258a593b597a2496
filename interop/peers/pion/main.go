// Pion behind the conversation of `turnstone peer --stdio`: one JSON object per line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

type message map[string]any

var (
	outLock sync.Mutex
	out     = json.NewEncoder(os.Stdout)
)

func say(m message) {
	outLock.Lock()
	defer outLock.Unlock()
	_ = out.Encode(m)
}

func fail(err error) { say(message{"type": "error", "error": err.Error()}) }

func connect() (*webrtc.PeerConnection, error) {
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	return webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
}

func send(channel *webrtc.DataChannel, m webrtc.DataChannelMessage) error {
	if m.IsString {
		return channel.SendText(string(m.Data))
	}
	return channel.Send(m.Data)
}

func echo(channel *webrtc.DataChannel) {
	channel.OnMessage(func(m webrtc.DataChannelMessage) {
		if err := send(channel, m); err != nil {
			fail(err)
		}
	})
}

func probe(channel *webrtc.DataChannel) {
	wanted := []webrtc.DataChannelMessage{
		{IsString: true, Data: []byte("hello")},
		{Data: bytes.Repeat([]byte{1}, 1000)},
		{Data: bytes.Repeat([]byte{2}, 60000)},
	}
	next := 0
	var begun time.Time
	channel.OnMessage(func(m webrtc.DataChannelMessage) {
		want := wanted[next]
		next++
		if want.IsString != m.IsString || !bytes.Equal(want.Data, m.Data) {
			say(message{"type": "probe", "ok": false, "error": fmt.Sprintf("message %d came back different", next)})
		} else if next == len(wanted) {
			say(message{"type": "probe", "ok": true, "ms": time.Since(begun).Milliseconds()})
		}
	})
	channel.OnOpen(func() {
		begun = time.Now()
		for _, m := range wanted {
			if err := send(channel, m); err != nil {
				fail(err)
			}
		}
	})
}

func gathered(pc *webrtc.PeerConnection, local webrtc.SessionDescription) (string, error) {
	complete := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(local); err != nil {
		return "", err
	}
	<-complete
	return pc.LocalDescription().SDP, nil
}

func answer(offer string) error {
	pc, err := connect()
	if err != nil {
		return err
	}
	pc.OnDataChannel(echo)
	if err = pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return err
	}
	local, err := pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	sdp, err := gathered(pc, local)
	if err == nil {
		say(message{"type": "answer", "sdp": sdp})
	}
	return err
}

func makeOffer() (*webrtc.PeerConnection, error) {
	pc, err := connect()
	if err != nil {
		return nil, err
	}
	channel, err := pc.CreateDataChannel("probe", nil)
	if err != nil {
		return nil, err
	}
	probe(channel)
	local, err := pc.CreateOffer(nil)
	if err != nil {
		return nil, err
	}
	sdp, err := gathered(pc, local)
	if err == nil {
		say(message{"type": "offer", "sdp": sdp})
	}
	return pc, err
}

func main() {
	say(message{"type": "ready"})
	var offering *webrtc.PeerConnection
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var in struct{ Type, Sdp, Cmd string }
		err := json.Unmarshal(lines.Bytes(), &in)
		switch {
		case err != nil:
		case in.Type == "offer":
			err = answer(in.Sdp)
		case in.Type == "answer":
			err = offering.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: in.Sdp})
		case in.Cmd == "makeOffer":
			offering, err = makeOffer()
		case in.Cmd == "exit":
			return
		default:
			err = fmt.Errorf("not understood: %s", lines.Text())
		}
		if err != nil {
			fail(err)
		}
	}
}
