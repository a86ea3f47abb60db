// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "cli/verbs/cancel.hpp"
#include "cli/verbs/close.hpp"
#include "cli/verbs/list.hpp"
#include "cli/verbs/rate.hpp"
#include "cli/verbs/recv.hpp"
#include "cli/verbs/send.hpp"
#include "cli/verbs/status.hpp"
#include "cli/verbs/wait.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;

// Flags are parsed here and nothing is run.
namespace {

struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <typename Options>
Options parse(const std::vector<std::string>& words) {
    Options options;
    Parser parser("tool", "");
    flags(parser, options);
    if (const auto asked = parser.parse(words); !asked) throw Refused(asked.error().text);
    return options;
}

template <typename Options>
std::string error_of(const std::vector<std::string>& words) {
    try {
        parse<Options>(words);
    } catch (const Refused& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("without options a sender does what the library does by default", "[cli]") {
    const auto options = parse<SendCommand>({"image.raw"});
    CHECK(options.paths == std::vector<std::string>{"image.raw"});
    CHECK(options.send == SendOptions{});
    CHECK_FALSE(options.output.json);
    CHECK(options.output.progress == ProgressMode::automatic);
}

TEST_CASE("every option of a sender arrives in its field", "[cli]") {
    const auto send = parse<SendCommand>({"-g",
                                          "239.1.2.3:5000",
                                          "-i",
                                          "eth1",
                                          "--ttl",
                                          "4",
                                          "-n",
                                          "12",
                                          "--start-after",
                                          "2m",
                                          "--rate",
                                          "2.5G",
                                          "--fec",
                                          "10%",
                                          "--fec-id",
                                          "129",
                                          "--session",
                                          "night",
                                          "--on-slow",
                                          "defer:50M",
                                          "--timeout",
                                          "90",
                                          "--meta",
                                          "build 7",
                                          "--digest",
                                          "sha256",
                                          "--segment",
                                          "1400",
                                          "--offload",
                                          "off",
                                          "image.raw"})
                          .send;
    CHECK(send.network == NetworkOptions{"239.1.2.3", 5000, "eth1", 4, false});
    CHECK(send.receivers == 12);
    CHECK(send.start_after == Seconds{120});
    CHECK(send.rate_bps == 2500000000U);
    CHECK(send.fec_percent == 10.0);
    CHECK(send.fec_id == 129);
    CHECK(send.name == "night");
    CHECK(send.on_slow == SlowPolicy{true, 50000000});
    CHECK(send.timeout == Seconds{90});
    CHECK(send.meta == "build 7");
    CHECK(send.digest == DigestAlgorithm::sha256);
    CHECK(send.segment == 1400);
}

TEST_CASE("every option of a receiver arrives in its field", "[cli]") {
    const auto options = parse<RecvCommand>({"--group=[ff15::1]:5000", "--interface", "10.0.0.1",
                                             "--ttl", "3", "-o", "-", "--overwrite", "--session",
                                             "night", "--host", "lab-02", "--timeout", "500ms",
                                             "--offload", "on", "--json", "-q", "--no-progress"});
    CHECK(options.receive.network == NetworkOptions{"ff15::1", 5000, "10.0.0.1", 3, true});
    CHECK(options.receive.output == "-");
    CHECK(options.receive.overwrite);
    CHECK(options.receive.name == "night");
    CHECK(options.receive.host == "lab-02");
    CHECK(options.receive.timeout == Seconds{0.5});
    CHECK(options.output.json);
    CHECK(options.output.quiet);
    CHECK(options.output.progress == ProgressMode::never);
}

TEST_CASE("a group without a port keeps the default port", "[cli]") {
    const auto send = parse<SendCommand>({"-g", "239.1.2.3", "x"}).send;
    CHECK(send.network.port == 7701);
}

TEST_CASE("the last one of an option that is given twice counts", "[cli]") {
    const auto send =
        parse<SendCommand>({"--rate", "1M", "--ttl", "1", "--rate", "2M", "--ttl", "9", "x"}).send;
    CHECK(send.rate_bps == 2000000U);
    CHECK(send.network.ttl == 9);
}

TEST_CASE("an error of an option names the option, the text, and what would do", "[cli]") {
    CHECK(error_of<SendCommand>({"--rate", "12X"}) ==
          "--rate: '12X' is not a rate; examples: 900M, 2.5G, auto");
    CHECK(error_of<SendCommand>({"-g", "10.0.0.1"}) ==
          "--group: '10.0.0.1' is not a multicast address; those are 224.0.0.0 to "
          "239.255.255.255 and ff00::/8");
    CHECK(error_of<SendCommand>({"--on-slow", "kill"}) ==
          "--on-slow: 'kill' is none of wait, defer, defer:RATE, drop, drop:RATE");
    CHECK(error_of<SendCommand>({"--on-slow", "defer:fast"}) ==
          "--on-slow: 'fast' is not a rate; examples: 900M, 2.5G");
    CHECK(error_of<SendCommand>({"--timeout", "0"}) ==
          "--timeout: '0' is too short; it must be more than zero");
    CHECK(error_of<SendCommand>({"--digest", "md5"}) ==
          "--digest: 'md5' is neither xxh3 nor sha256");
    CHECK(error_of<SendCommand>({"--progress", "maybe"}) ==
          "--progress: 'maybe' is none of auto, always, never");
    CHECK(error_of<SendCommand>({"--offload", "1"}) == "--offload: '1' is neither on nor off");
    CHECK(error_of<SendCommand>({"--meta", std::string(513, 'x')}) ==
          "--meta: the text has 513 bytes, 512 are possible");
}

TEST_CASE("numbers out of their range are refused", "[cli]") {
    CHECK(error_of<SendCommand>({"--ttl", "256"}) != "no error");
    CHECK(error_of<SendCommand>({"--ttl", "x"}) != "no error");
    CHECK(error_of<SendCommand>({"-n", "0"}) != "no error");
    CHECK(error_of<SendCommand>({"--fec-id", "6"}) != "no error");
    CHECK(error_of<SendCommand>({"--segment", "70000"}) != "no error");
    CHECK(error_of<SendCommand>({"--segment", "10"}) != "no error");
    CHECK(error_of<SendCommand>({"--no-such-option"}) != "no error");
    CHECK(error_of<RecvCommand>({"image.raw"}) != "no error");
}

TEST_CASE("status takes a session, json, and watch with or without seconds", "[cli]") {
    CHECK(parse<StatusCommand>({}).session.empty());
    CHECK_FALSE(parse<StatusCommand>({"image.raw", "--json"}).watch.on);
    CHECK(parse<StatusCommand>({"image.raw", "--json"}).json);

    const auto watch = parse<StatusCommand>({"image.raw", "--watch"});
    CHECK(watch.watch.on);
    CHECK_FALSE(watch.watch.every);

    const auto every = parse<StatusCommand>({"image.raw", "--watch", "0.5"});
    CHECK(every.session == "image.raw");
    CHECK(every.watch.every == Seconds{0.5});
}

TEST_CASE("a session behind --watch is taken as the session", "[cli]") {
    const auto name = parse<StatusCommand>({"--watch", "image.raw"});
    CHECK(name.watch.on);
    CHECK(name.session == "image.raw");
    CHECK(parse<StatusCommand>({"--watch", "12345678"}).session == "12345678");
    CHECK(parse<StatusCommand>({"--watch", "2", "12345678"}).session == "12345678");
    CHECK(error_of<StatusCommand>({"a", "--watch", "soon"}) ==
          "--watch: 'soon' is not a duration; examples: 5, 0.5");
}

TEST_CASE("the commands on a session store what they are given", "[cli]") {
    CHECK(parse<WaitCommand>({"5f0c", "--timeout", "2m"}).timeout == Seconds{120});
    CHECK(parse<WaitCommand>({"5f0c", "77aa"}).sessions ==
          std::vector<std::string>{"5f0c", "77aa"});
    CHECK(parse<CloseCommand>({"5f0c", "--force"}).force);
    CHECK(error_of<CloseCommand>({"--ended", "--force"}) != "no error");
    CHECK(parse<CancelCommand>({"5f0c", "--reason", "too late"}).reason == "too late");
    CHECK(parse<CloseCommand>({"--ended"}).ended);
    CHECK(error_of<CloseCommand>({"5f0c", "--ended"}) != "no error");
    CHECK(parse<RateCommand>({"900M"}).words.size() == 1);
    CHECK(parse<RateCommand>({"5f0c", "900M"}).words.size() == 2);
    CHECK(parse<ListCommand>({"--timeout", "10"}).listen_s == 10);
    CHECK(parse<ListCommand>({}).listen_s == 2.5);
}

TEST_CASE("mcsend takes a port for the answers, and none by default", "[cli]") {
    CHECK(parse<SendCommand>({"--feedback-port", "7800", "f"}).send.feedback_port == 7800);
    CHECK_FALSE(parse<SendCommand>({"f"}).send.feedback_port);
    for (const char* wrong : {"0", "65536", "x"})
        CHECK(error_of<SendCommand>({"--feedback-port", wrong, "f"}) != "no error");
}

TEST_CASE("both tools take a NORM node id, and none by default", "[cli]") {
    CHECK(parse<RecvCommand>({"--node-id", "7"}).receive.node_id == 7U);
    CHECK(parse<SendCommand>({"--node-id", "4000000000", "f"}).send.node_id == 4000000000U);
    CHECK_FALSE(parse<RecvCommand>({}).receive.node_id);
    CHECK(error_of<RecvCommand>({"--node-id", "x"}) != "no error");
}
