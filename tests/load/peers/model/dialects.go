package main

// What a vendor writes: an answer at once, and the pieces of one that is streamed. The deltas say `tok`, by which they are counted, in turn
// with one sign and another: a gateway may take a model that says the same again and again for a broken one.
type dialect struct {
	whole, opening      string
	deltas              [2]string
	closing, usage, end string
}

const modelList = `{"object":"list","data":[{"id":"gpt-4o-mini","object":"model","created":1735689600,"owned_by":"bench"}]}`
const rateLimit = `{"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}}`
const serverError = `{"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}`

const openaiHead = `{"id":"chatcmpl-bench0123456789abcdef","object":"chat.completion.chunk","created":1735689600,"model":"gpt-4o-mini","system_fingerprint":"fp_bench","choices":[`
const openaiCounts = `"usage":{"prompt_tokens":12,"completion_tokens":16,"total_tokens":28}}`

var openai = dialect{
	whole: `{"id":"chatcmpl-bench0123456789abcdef","object":"chat.completion","created":1735689600,"model":"gpt-4o-mini","choices":[` +
		`{"index":0,"message":{"role":"assistant","content":"tok tok tok tok tok tok tok tok tok tok tok tok tok tok tok tok","refusal":null},` +
		`"logprobs":null,"finish_reason":"stop"}],` + openaiCounts,
	opening: "data: " + openaiHead + `{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}` + "\n\n",
	deltas: [2]string{
		"data: " + openaiHead + `{"index":0,"delta":{"content":" tok"},"logprobs":null,"finish_reason":null}]}` + "\n\n",
		"data: " + openaiHead + `{"index":0,"delta":{"content":"-tok"},"logprobs":null,"finish_reason":null}]}` + "\n\n",
	},
	closing: "data: " + openaiHead + `{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}` + "\n\n",
	usage:   "data: " + openaiHead + `],` + openaiCounts + "\n\n",
	end:     "data: [DONE]\n\n",
}

var anthropic = dialect{
	whole: `{"id":"msg_bench0123456789abcdef","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[` +
		`{"type":"text","text":"tok tok tok tok tok tok tok tok tok tok tok tok tok tok tok tok"}],` +
		`"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":16}}`,
	opening: event("message_start", `{"type":"message_start","message":{"id":"msg_bench0123456789abcdef","type":"message","role":"assistant",`+
		`"model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}}`) +
		event("content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`),
	deltas: [2]string{
		event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" tok"}}`),
		event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"-tok"}}`),
	},
	closing: event("content_block_stop", `{"type":"content_block_stop","index":0}`) +
		event("message_delta", `{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":16}}`),
	end: event("message_stop", `{"type":"message_stop"}`),
}

func event(name, data string) string {
	return "event: " + name + "\ndata: " + data + "\n\n"
}
