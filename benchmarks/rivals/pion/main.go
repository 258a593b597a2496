// Pion, measured by the rules of `turnstone bench`: two peers in this process, over loopback.
// Prints one JSON object with the figures of each round.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/webrtc/v4"
)

const (
	step          = 1024
	highMark      = 4 << 20
	leastHighMark = 256 << 10
	readBuffer    = 256 << 10
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "pion:", err)
		os.Exit(1)
	}
}

// What the messages of a connection hold, the same for sender and receiver.
type content struct {
	message []byte
	number  uint64
}

func newContent(size int) *content {
	c := &content{message: make([]byte, size)}
	for i := range c.message {
		c.message[i] = byte(i*31 + 7)
	}
	return c
}

func (c *content) next() []byte {
	if len(c.message) < 8 {
		c.message[0] = byte(c.number)
	}
	for at := 0; at+8 <= len(c.message); at += step {
		binary.BigEndian.PutUint64(c.message[at:], c.number)
	}
	c.number++
	return c.message
}

// One end of a channel: detached, which is the fastest way that Pion has.
type lane struct {
	channel *webrtc.DataChannel
	raw     datachannel.ReadWriteCloser
	room    chan struct{}
}

func (l *lane) send(message []byte) {
	_, err := l.raw.WriteDataChannel(message, false)
	check(err)
}

func (l *lane) read(onMessage func([]byte)) {
	buffer := make([]byte, readBuffer)
	for {
		n, _, err := l.raw.ReadDataChannel(buffer)
		check(err)
		onMessage(buffer[:n])
	}
}

func open(channel *webrtc.DataChannel, opened chan<- *lane) {
	channel.OnOpen(func() {
		raw, err := channel.Detach()
		check(err)
		opened <- &lane{channel, raw, make(chan struct{}, 1)}
	})
}

func newPeer() *webrtc.PeerConnection {
	settings := webrtc.SettingEngine{}
	settings.DetachDataChannels()
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIPFilter(net.IP.IsLoopback)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	check(err)
	return pc
}

func connect() (near, far *lane) {
	offerer, answerer := newPeer(), newPeer()
	nears, fars := make(chan *lane, 1), make(chan *lane, 1)
	channel, err := offerer.CreateDataChannel("pair", nil)
	check(err)
	open(channel, nears)
	answerer.OnDataChannel(func(c *webrtc.DataChannel) { open(c, fars) })
	offer, err := offerer.CreateOffer(nil)
	check(err)
	gathered := webrtc.GatheringCompletePromise(offerer)
	check(offerer.SetLocalDescription(offer))
	<-gathered
	check(answerer.SetRemoteDescription(*offerer.LocalDescription()))
	answer, err := answerer.CreateAnswer(nil)
	check(err)
	gathered = webrtc.GatheringCompletePromise(answerer)
	check(answerer.SetLocalDescription(answer))
	<-gathered
	check(offerer.SetRemoteDescription(*answerer.LocalDescription()))
	return <-nears, <-fars
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

type rounds []map[string]any

func throughput(size, connections, count int, warmUp, length float64) rounds {
	mark := max(4*size, leastHighMark, highMark/connections)
	var arrived, sent atomic.Int64
	var stopped atomic.Bool
	var senders sync.WaitGroup
	for i := 0; i < connections; i++ {
		near, far := connect()
		expected := newContent(size)
		go far.read(func(message []byte) {
			if !bytes.Equal(message, expected.next()) {
				check(fmt.Errorf("message %d is not what was sent", expected.number-1))
			}
			arrived.Add(1)
		})
		near.channel.SetBufferedAmountLowThreshold(uint64(mark / 2))
		near.channel.OnBufferedAmountLow(func() {
			select {
			case near.room <- struct{}{}:
			default:
			}
		})
		senders.Add(1)
		go func() {
			defer senders.Done()
			source := newContent(size)
			for !stopped.Load() {
				if near.channel.BufferedAmount() >= uint64(mark) {
					select {
					case <-near.room:
					case <-time.After(100 * time.Millisecond):
					}
					continue
				}
				near.send(source.next())
				sent.Add(1)
			}
		}()
	}
	time.Sleep(seconds(warmUp))
	var all rounds
	for i := 0; i < count; i++ {
		before, cpu, begin := arrived.Load(), cpuSeconds(), time.Now()
		time.Sleep(seconds(length))
		messages := arrived.Load() - before
		all = append(all, map[string]any{
			"seconds": time.Since(begin).Seconds(), "messages": messages, "cpuSeconds": cpuSeconds() - cpu,
		})
	}
	stopped.Store(true)
	senders.Wait()
	for deadline := time.Now().Add(30 * time.Second); arrived.Load() < sent.Load(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			check(fmt.Errorf("%d messages were sent, and %d arrived", sent.Load(), arrived.Load()))
		}
	}
	return all
}

func latency(size, connections, count int, warmUp, length float64) rounds {
	var lock sync.Mutex
	var times []float64
	for i := 0; i < connections; i++ {
		near, far := connect()
		go far.read(far.send)
		served := newContent(size)
		message := served.next()
		begin := time.Now()
		go near.read(func(echo []byte) {
			micros := float64(time.Since(begin).Nanoseconds()) / 1e3
			if !bytes.Equal(echo, message) {
				check(fmt.Errorf("the echo differs from what was sent"))
			}
			lock.Lock()
			times = append(times, micros)
			lock.Unlock()
			message = served.next()
			begin = time.Now()
			near.send(message)
		})
		near.send(message)
	}
	time.Sleep(seconds(warmUp))
	var all rounds
	for i := 0; i < count; i++ {
		lock.Lock()
		times = nil
		lock.Unlock()
		cpu, begin := cpuSeconds(), time.Now()
		time.Sleep(seconds(length))
		cpu = cpuSeconds() - cpu
		elapsed := time.Since(begin).Seconds()
		lock.Lock()
		taken := times
		times = nil
		lock.Unlock()
		sort.Float64s(taken)
		if len(taken) == 0 {
			check(fmt.Errorf("not a single echo came"))
		}
		at := func(share float64) float64 { return taken[int(share*float64(len(taken)-1))] }
		all = append(all, map[string]any{
			"seconds": elapsed, "roundTrips": len(taken), "cpuSeconds": cpu,
			"p50Micros": at(0.5), "p95Micros": at(0.95), "p99Micros": at(0.99),
		})
	}
	return all
}

func main() {
	measure := map[string]func(int, int, int, float64, float64) rounds{"throughput": throughput, "latency": latency}
	if len(os.Args) < 2 || measure[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "throughput or latency?")
		os.Exit(2)
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	size := flags.Int("size", 65536, "bytes of each message")
	connections := flags.Int("connections", 1, "connections at the same time")
	count := flags.Int("rounds", 3, "rounds")
	warmUp := flags.Float64("warm-up", 1, "seconds before the first round")
	length := flags.Float64("seconds", 2, "seconds of each round")
	flags.Bool("json", true, "there is no other form")
	check(flags.Parse(os.Args[2:]))
	all := measure[os.Args[1]](*size, *connections, *count, *warmUp, *length)
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{"size": *size, "connections": *connections, "rounds": all}))
}
