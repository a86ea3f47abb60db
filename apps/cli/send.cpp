// SPDX-License-Identifier: MIT
#include "cli/send.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/errors_help.hpp"
#include "cli/follow.hpp"
#include "cli/present.hpp"

namespace mcast::cli {
namespace {

constexpr const char* kBeginGroup = "Receivers and time";
constexpr const char* kContentGroup = "Content";
constexpr const char* kWireGroup = "Rate and repair";
constexpr std::size_t kMetaLimit = 512;  // what an offer has room for

Parsed<SlowPolicy> parse_slow_policy(std::string_view text) {
    if (text == "wait") return SlowPolicy{};
    const auto colon = std::min(text.find(':'), text.size());
    const auto word = text.substr(0, colon);
    if (word != "detach" && word != "drop") {
        return std::unexpected(
            fmt::format("'{}' is none of wait, detach, detach:RATE, drop, drop:RATE", text));
    }
    SlowPolicy policy{.detach = true, .below_bps = 0, .drop = word == "drop"};
    if (colon == text.size()) return policy;
    const auto rate = parse_rate(text.substr(colon + 1));
    if (!rate) return std::unexpected(rate.error());
    policy.below_bps = *rate;
    return policy;
}

Parsed<DigestAlgorithm> parse_digest(std::string_view text) {
    if (text == "xxh3") return DigestAlgorithm::xxh3_128;
    if (text == "sha256") return DigestAlgorithm::sha256;
    return std::unexpected(fmt::format("'{}' is neither xxh3 nor sha256", text));
}

Parsed<std::string> parse_meta(std::string_view text) {
    if (text.size() <= kMetaLimit) return std::string(text);
    return std::unexpected(
        fmt::format("the text has {} bytes, {} are possible", text.size(), kMetaLimit));
}

void add_begin_flags(Parser& parser, SendOptions& send) {
    parser.add_option("-n,--receivers", send.receivers, "begin when so many have joined")
        .type_name("N")
        .in_range(1, 1000000)
        .take_last()
        .group(kBeginGroup);
    add_parsed(
        parser, "--start-after", "S", parse_seconds,
        [&send](double seconds) { send.start_after = Seconds{seconds}; },
        "begin after so long with who is there")
        .group(kBeginGroup);
    add_parsed(
        parser, "--on-slow", "wait|detach[:RATE]|drop[:RATE]", parse_slow_policy,
        [&send](SlowPolicy policy) { send.on_slow = policy; },
        "what to do about receivers below RATE; wait by default")
        .group(kBeginGroup);
    add_timeout_flag(parser, send.timeout,
                     "give up when nothing moves for so long; 30 s, once running", kBeginGroup);
}

void add_content_flags(Parser& parser, SendOptions& send) {
    add_name_flag(parser, send.name, "name to offer it under; the file's by default",
                  kContentGroup);
    add_parsed(
        parser, "--meta", "TEXT", parse_meta,
        [&send](const std::string& text) { send.meta = text; },
        "text that rides along and is shown by list and status")
        .group(kContentGroup);
    add_parsed(
        parser, "--digest", "xxh3|sha256", parse_digest,
        [&send](DigestAlgorithm digest) { send.digest = digest; },
        "what receivers verify by, xxh3 by default")
        .group(kContentGroup);
}

void add_wire_flags(Parser& parser, SendOptions& send) {
    add_parsed(
        parser, "--rate", "auto|BITS", parse_rate_or_auto,
        [&send](std::optional<std::uint64_t> bps) { send.rate_bps = bps; },
        "bits per second, such as 900M or 2.5G; auto by default")
        .group(kWireGroup);
    add_parsed(
        parser, "--fec", "auto|N%", parse_percent_or_auto,
        [&send](std::optional<double> percent) { send.fec_percent = percent; },
        "parity to send unasked, auto by default")
        .group(kWireGroup);
    parser.add_option("--fec-id", send.fec_id, "FEC encoding on the wire, 5 by default")
        .type_name("5|129")
        .one_of({"5", "129"})
        .take_last()
        .group(kWireGroup);
    parser.add_option("--segment", send.segment, "payload bytes a packet; by the MTU by default")
        .type_name("BYTES")
        .in_range(64, 65000)
        .take_last()
        .group(kWireGroup);
}

// What cannot be sent today, and what works instead; empty: nothing is in the way.
std::string objection(const std::vector<std::string>& paths) {
    if (paths.empty()) return "nothing to send: name a file";
    if (paths.size() > 1) {
        return fmt::format(
            "one regular file can be sent at a time, and these are {}; pack them "
            "into one with tar, or run mcsend for each",
            paths.size());
    }
    if (paths.front().empty()) return "the path is empty: name a file";
    if (paths.front() == "-") {
        return "standard input cannot be sent yet, only one regular file; save it to a file first";
    }
    std::error_code
        ignored;  // the library names what is wrong with a path that cannot be looked at
    if (std::filesystem::is_directory(paths.front(), ignored)) {
        return fmt::format(
            "{} is a folder, and only one regular file can be sent; pack it with "
            "tar first",
            paths.front());
    }
    return {};
}

}  // namespace

void flags(Parser& parser, SendCommand& options) {
    parser.add_option("PATH", options.paths, "the file to send").type_name("PATH");
    add_begin_flags(parser, options.send);
    add_content_flags(parser, options.send);
    add_wire_flags(parser, options.send);
    add_network_flags(parser, options.send.network);
    add_feedback_flag(parser, options.send.feedback_port);
    add_node_flag(parser, options.send.node_id);
    add_output_flags(parser, options.output);
}

int run(Command& command, const SendCommand& options) {
    if (options.output.help_errors) return print_error_table(command.out);
    if (const auto text = objection(options.paths); !text.empty()) {
        Voice(command, options.output.quiet).usage(text);
        return error_info(ErrorCode::usage).exit_status;
    }
    auto send = options.send;
    send.path = options.paths.front();
    return follow(command, options.output, [&](Observer observer) {
        return command.library.send(send, std::move(observer));
    });
}

}  // namespace mcast::cli
