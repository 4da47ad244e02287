package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	textFrame  = 1
	closeFrame = 8
	pingFrame  = 9
	pongFrame  = 10
)

// One WebSocket (RFC 6455), as little of it as a client needs that only listens. `socket.io` wraps its messages once more.
type socket struct {
	connection net.Conn
	reader     *bufio.Reader
	text       []byte
	socketIo   bool
	// What the peer closed with.
	code   int
	reason string
}

// Resolves when the relay has sent its first frame.
func dial(wanted order, session, token string, after int, until time.Time) (*socket, error) {
	connection, err := net.DialTimeout("tcp", wanted.Address, time.Until(until))
	if err != nil {
		return nil, err
	}
	opened := &socket{connection: connection, reader: bufio.NewReaderSize(connection, 4<<10), socketIo: wanted.Protocol == "socket.io"}
	if err := opened.enter(wanted.Address, session, token, after, until); err != nil {
		connection.Close()
		return nil, err
	}
	return opened, nil
}

func (socket *socket) enter(address, session, token string, after int, until time.Time) error {
	if err := socket.connection.SetDeadline(until); err != nil {
		return err
	}
	path := fmt.Sprintf("/ws/%s?after=%d", session, after)
	if socket.socketIo {
		path = fmt.Sprintf("/socket.io/?EIO=4&transport=websocket&session=%s&after=%d", session, after)
	}
	head := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n", path, address)
	if token != "" {
		head += "Authorization: Bearer " + token + "\r\n"
	}
	if _, err := io.WriteString(socket.connection, head+"\r\n"); err != nil {
		return err
	}
	answer, err := http.ReadResponse(socket.reader, nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
		return fmt.Errorf("answered %d: %s", answer.StatusCode, said)
	}
	if socket.socketIo {
		if err := socket.write(textFrame, []byte("40")); err != nil {
			return err
		}
	}
	for {
		said, err := socket.next()
		if err != nil {
			return err
		}
		if bytes.Contains(said, []byte("session")) {
			return socket.connection.SetDeadline(time.Time{})
		}
	}
}

// The next message; nothing for one that says nothing to a person.
func (socket *socket) next() ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(socket.reader, head[:]); err != nil {
		return nil, err
	}
	size := uint64(head[1] & 0x7f)
	var more [8]byte
	if size == 126 {
		if _, err := io.ReadFull(socket.reader, more[:2]); err != nil {
			return nil, err
		}
		size = uint64(binary.BigEndian.Uint16(more[:2]))
	} else if size == 127 {
		if _, err := io.ReadFull(socket.reader, more[:]); err != nil {
			return nil, err
		}
		size = binary.BigEndian.Uint64(more[:])
	}
	if uint64(cap(socket.text)) < size {
		socket.text = make([]byte, size)
	}
	text := socket.text[:size]
	if _, err := io.ReadFull(socket.reader, text); err != nil {
		return nil, err
	}
	switch head[0] & 0x0f {
	case textFrame:
		return socket.unwrap(text)
	case pingFrame:
		return nil, socket.write(pongFrame, text)
	case closeFrame:
		if len(text) >= 2 {
			socket.code, socket.reason = int(binary.BigEndian.Uint16(text)), string(text[2:])
		}
		return nil, fmt.Errorf("closed with %d %s", socket.code, socket.reason)
	}
	return nil, fmt.Errorf("a frame of another kind: %x", head)
}

// Socket.IO's pings are messages; what it tells is an event in a list, in the same JSON.
func (socket *socket) unwrap(text []byte) ([]byte, error) {
	if !socket.socketIo {
		return text, nil
	}
	if string(text) == "2" {
		return nil, socket.write(textFrame, []byte("3"))
	}
	if strings.HasPrefix(string(text[:min(len(text), 2)]), "42") {
		return text[2:], nil
	}
	return nil, nil
}

// A short frame of a client; the mask is nothing, which is one as well.
func (socket *socket) write(kind byte, text []byte) error {
	if len(text) > 125 {
		text = text[:125]
	}
	_, err := socket.connection.Write(append([]byte{0x80 | kind, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...))
	return err
}
