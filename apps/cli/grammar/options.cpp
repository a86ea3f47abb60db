// SPDX-License-Identifier: MIT
#include "cli/grammar/options.hpp"

namespace mcast::cli {
namespace {

constexpr std::int64_t kLargestNodeId = 0xfffffffe;  // the next number means any node

Parsed<ProgressMode> parse_progress(std::string_view text) {
    if (text == "auto") return ProgressMode::automatic;
    if (text == "always") return ProgressMode::always;
    if (text == "never") return ProgressMode::never;
    return std::unexpected("'" + std::string(text) + "' is none of auto, always, never");
}

Parsed<bool> parse_on_off(std::string_view text) {
    if (text == "on") return true;
    if (text == "off") return false;
    return std::unexpected("'" + std::string(text) + "' is neither on nor off");
}

Parsed<std::string> parse_name(std::string_view text) {
    if (text.empty()) return std::unexpected("the name is empty");
    return std::string(text);
}

}  // namespace

void add_output_flags(Parser& parser, OutputOptions& output) {
    parser.add_flag("--json", output.json, "events as JSON lines on standard output")
        .group(kOutputGroup);
    add_quiet_flag(parser, output.quiet);
    add_parsed(
        parser, "--progress", "auto|always|never", parse_progress,
        [&output](ProgressMode mode) { output.progress = mode; },
        "when to redraw the progress line in place; auto: on a terminal")
        .group(kOutputGroup);
    parser
        .add_flag(
            "--no-progress", [&output] { output.progress = ProgressMode::never; },
            "the same as --progress never")
        .group(kOutputGroup);
    parser
        .add_flag("--background", output.background,
                  "print the session's id once it is registered, and go on without the terminal")
        .group(kOutputGroup);
    parser.add_option("--id-file", output.id_file, "file to write the session's id to")
        .type_name("PATH")
        .not_empty()
        .take_last()
        .group(kOutputGroup);
    parser
        .add_option("--config", output.config,
                    "read defaults from this file, too: on-slow = \"defer\"")
        .type_name("PATH")
        .not_empty()
        .take_last()
        .group(kOutputGroup);
    parser.add_flag("--help-errors", output.help_errors, "list all errors and exit")
        .group(kHelpGroup);
}

void add_place_flags(Parser& parser, NetworkOptions& network) {
    add_parsed(
        parser, "-g,--group", "ADDR[:PORT]", parse_group,
        [&network](const GroupAddress& group) {
            network.group = group.address;
            network.port = group.port.value_or(NetworkOptions{}.port);
        },
        "239.255.77.77:7701 by default; IPv6 in brackets")
        .group(kNetworkGroup);
    parser
        .add_option("-i,--interface", network.interface,
                    "interface to use; by the route to the group by default")
        .type_name("NAME|ADDR")
        .not_empty()
        .take_last()
        .group(kNetworkGroup);
    parser
        .add_option("--key", network.key,
                    "file with the key of the group, as mcsend keygen makes it; sealed then")
        .type_name("PATH")
        .not_empty()
        .take_last()
        .group(kNetworkGroup);
}

void add_network_flags(Parser& parser, NetworkOptions& network) {
    add_place_flags(parser, network);
    parser.add_option("--ttl", network.ttl, "routers that packets may pass, 1 by default")
        .type_name("N")
        .in_range(1, 255)
        .take_last()
        .group(kNetworkGroup);
    add_parsed(
        parser, "--offload", "on|off", parse_on_off, [&network](bool on) { network.offload = on; },
        "segmentation offload, on by default")
        .group(kNetworkGroup);
}

void add_feedback_flag(Parser& parser, std::optional<std::uint16_t>& port) {
    parser
        .add_option("--feedback-port", port,
                    "UDP port for the answers; the group's or the next free one by default")
        .type_name("N")
        .in_range(1, 65535)
        .take_last()
        .group(kNetworkGroup);
}

void add_plain_flag(Parser& parser, bool& plain, const std::string& help) {
    parser.add_flag("--plain", plain, help).group(kNetworkGroup);
}

void add_trace_flag(Parser& parser, std::string& path) {
    parser
        .add_option("--trace", path,
                    "file for a trace of the protocol, for scripts/plot_trace and qlog's tools")
        .type_name("PATH")
        .not_empty()
        .take_last()
        .group(kOutputGroup);
}

void add_node_flag(Parser& parser, std::optional<std::uint32_t>& node) {
    parser.add_option("--node-id", node, "NORM node id, for plain NORM peers; random by default")
        .type_name("N")
        .in_range(1, kLargestNodeId)
        .take_last()
        .group(kNetworkGroup);
}

void add_timeout_flag(Parser& parser, std::optional<Seconds>& timeout, const std::string& help,
                      const char* group) {
    add_parsed(
        parser, "--timeout", "S", parse_positive_seconds,
        [&timeout](double seconds) { timeout = Seconds{seconds}; }, help)
        .group(group);
}

void add_name_flag(Parser& parser, std::string& name, const std::string& help, const char* group) {
    add_parsed(
        parser, "--session", "NAME", parse_name, [&name](const std::string& text) { name = text; },
        help)
        .group(group);
}

void add_quiet_flag(Parser& parser, bool& quiet) {
    parser.add_flag("-q,--quiet", quiet, "say nothing but errors").group(kOutputGroup);
}

void add_session(Parser& parser, std::string& session) {
    parser
        .add_option("SESSION", session,
                    "id, name, or the beginning of an id; needless when only one runs")
        .type_name("[SESSION]")
        .not_empty();
}

}  // namespace mcast::cli
