// SPDX-License-Identifier: MIT
#include "cli/verbs/send.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "cli/grammar/host_list.hpp"
#include "cli/source_check.hpp"
#include "cli/verbs/errors_help.hpp"
#include "cli/verbs/verbs.hpp"
#include "cli/view/follow.hpp"
#include "cli/view/present.hpp"

namespace mcast::cli {
namespace {

constexpr const char* kBeginGroup = "Receivers and time";
constexpr const char* kContentGroup = "Content";
constexpr const char* kWireGroup = "Rate and repair";
constexpr std::size_t kMetaLimit = 512;  // the room in an offer

constexpr std::string_view kFormerDefer = "detach";  // now only a command

std::string_view before_colon(std::string_view text) {
    return text.substr(0, text.find(':'));
}

Parsed<SlowPolicy> parse_slow_policy(std::string_view text) {
    if (text == "wait") return SlowPolicy{};
    const auto word = before_colon(text);
    const auto colon = word.size();
    if (word != "defer" && word != kFormerDefer && word != "drop") {
        return std::unexpected(
            fmt::format("'{}' is none of wait, defer, defer:RATE, drop, drop:RATE", text));
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

// "lab-[01-12],lab-20", or @FILE with such names in it.
Parsed<std::vector<std::string>> parse_expected(std::string_view text) {
    if (!text.starts_with('@')) return parse_hosts(text);
    const std::string path(text.substr(1));
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    if (!file) return std::unexpected(fmt::format("the file {} cannot be read", path));
    auto names = parse_host_file(content.str());
    if (!names) return std::unexpected(fmt::format("in {}: {}", path, names.error()));
    return names;
}

// The policy, with a warning about its former name.
void add_slow_flag(Parser& parser, SendCommand& options) {
    const auto take = [&options](const std::string& text) -> Parsed<void> {
        const auto policy = parse_slow_policy(text);
        if (!policy) return std::unexpected(policy.error());
        options.send.on_slow = *policy;
        if (before_colon(text) == kFormerDefer) {
            options.warnings.emplace_back("--on-slow detach is now called --on-slow defer");
        }
        return {};
    };
    parser
        .add_text("--on-slow", take,
                  "what to do about receivers below RATE: go at their pace, catch them up after "
                  "the others, or give them up; wait by default")
        .type_name("wait|defer[:RATE]|drop[:RATE]")
        .take_last()
        .group(kBeginGroup);
}

void add_begin_flags(Parser& parser, SendCommand& options) {
    auto& send = options.send;
    parser.add_option("-n,--receivers", send.receivers, "begin when so many have joined")
        .type_name("N")
        .in_range(1, 1000000)
        .take_last()
        .group(kBeginGroup);
    add_parsed(
        parser, "--expect", "NAME,...|@FILE", parse_expected,
        [&send](const std::vector<std::string>& names) { send.expect = names; },
        "hosts to begin with, and that must have it all: lab-[01-12],lab-20")
        .group(kBeginGroup);
    add_parsed(
        parser, "--start-after", "S", parse_seconds,
        [&send](double seconds) { send.start_after = Seconds{seconds}; },
        "begin after so long with who is there")
        .group(kBeginGroup);
    add_slow_flag(parser, options);
    add_timeout_flag(parser, send.timeout,
                     "give up when nothing moves for so long; 30 s, once running", kBeginGroup);
}

void add_content_flags(Parser& parser, SendOptions& send) {
    parser.add_option("--exec", send.exec, "send the output of this shell command, if it ends well")
        .type_name("COMMAND")
        .take_last()
        .group(kContentGroup);
    add_parsed(
        parser, "--buffer", "SIZE", parse_bytes,
        [&send](std::uint64_t bytes) { send.buffer = bytes; },
        "memory for a stream that is not sent or verified everywhere yet; 64M by default")
        .group(kContentGroup);
    add_parsed(
        parser, "--size-hint", "SIZE", parse_bytes,
        [&send](std::uint64_t bytes) { send.size_hint = bytes; },
        "what a stream will probably have: for progress alone")
        .group(kContentGroup);
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
        "bits per second, as 900M or 2.5Gbit/s, or bytes, as 100MB; auto by default")
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

std::optional<Objection> objection_of(const SendCommand& options, const Grammars& all) {
    if (options.send.exec.empty()) return source_objection(options.paths, all);
    if (options.paths.empty()) return {};
    return Objection{fmt::format("--exec sends the output of a command, and {} is a path",
                                 options.paths.front()),
                     "leave one of the two out"};
}

void warn_of_duration(const Voice& voice, const SendCommand& options) {
    if (options.paths.empty()) return;
    std::error_code unknown;
    const auto size = std::filesystem::file_size(options.paths.front(), unknown);
    if (unknown) return;
    const auto text =
        long_duration(options.paths.front(), static_cast<double>(size), options.send.rate_bps);
    if (text) voice.warning(*text);
}

}  // namespace

void flags(Parser& parser, SendCommand& options) {
    parser
        .add_option("PATH", options.paths,
                    "the file or block device to send, or - for standard input")
        .type_name("PATH");
    add_begin_flags(parser, options);
    add_content_flags(parser, options.send);
    add_wire_flags(parser, options.send);
    add_network_flags(parser, options.send.network);
    add_feedback_flag(parser, options.send.feedback_port);
    add_node_flag(parser, options.send.node_id);
    add_plain_flag(parser, options.send.plain,
                   "serve plain NORM receivers, too, and wait for them");
    add_output_flags(parser, options.output);
    add_trace_flag(parser, options.send.trace);
}

int run(Command& command, const SendCommand& options) {
    if (options.output.help_errors) return print_error_table(command.out);
    const Voice voice(command, options.output.quiet);
    if (const auto why = objection_of(options, grammars_of(command.role))) {
        voice.usage(why->text, why->hint);
        return end_without_session(command, options.output.json, {ErrorCode::usage, 0, why->text});
    }
    for (const auto& text : options.warnings) voice.warning(text);
    warn_of_duration(voice, options);
    auto send = options.send;
    if (!options.paths.empty()) send.path = options.paths.front();
    return follow(command, options.output, [&](Observer observer) {
        return command.library.send(send, std::move(observer));
    });
}

}  // namespace mcast::cli
