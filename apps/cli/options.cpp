// SPDX-License-Identifier: MIT
#include "cli/options.hpp"

namespace mcast::cli {
namespace {

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

}  // namespace

void add_output_flags(CLI::App& app, OutputOptions& output) {
    app.add_flag("--json", output.json, "events as JSON lines on standard output")
        ->group(kOutputGroup);
    add_quiet_flag(app, output.quiet);
    add_parsed(
        app, "--progress", "auto|always|never", parse_progress,
        [&output](ProgressMode mode) { output.progress = mode; },
        "when to redraw the progress line in place; auto: on a terminal")
        ->group(kOutputGroup);
    app.add_flag_callback(
           "--no-progress", [&output] { output.progress = ProgressMode::never; },
           "the same as --progress never")
        ->group(kOutputGroup);
    app.add_flag("--help-errors", output.help_errors, "list all errors and exit")
        ->group(kHelpGroup);
}

void add_place_flags(CLI::App& app, NetworkOptions& network) {
    add_parsed(
        app, "-g,--group", "ADDR[:PORT]", parse_group,
        [&network](const GroupAddress& group) {
            network.group = group.address;
            network.port = group.port.value_or(NetworkOptions{}.port);
        },
        "239.255.77.77:7701 by default; IPv6 in brackets")
        ->group(kNetworkGroup);
    app.add_option("-i,--interface", network.interface,
                   "interface to use; by the route to the group by default")
        ->type_name("NAME|ADDR")
        ->take_last()
        ->group(kNetworkGroup);
}

void add_network_flags(CLI::App& app, NetworkOptions& network) {
    add_place_flags(app, network);
    app.add_option("--ttl", network.ttl, "routers that packets may pass, 1 by default")
        ->type_name("N")
        ->check(in_range(0, 255))
        ->take_last()
        ->group(kNetworkGroup);
    add_parsed(
        app, "--offload", "on|off", parse_on_off, [&network](bool on) { network.offload = on; },
        "segmentation offload, on by default")
        ->group(kNetworkGroup);
}

void add_node_flag(CLI::App& app, std::optional<std::uint32_t>& node) {
    app.add_option("--node-id", node, "NORM node id, for plain NORM peers; by chance by default")
        ->type_name("N")
        ->take_last()
        ->group(kNetworkGroup);
}

void add_timeout_flag(CLI::App& app, std::optional<Seconds>& timeout, const std::string& help,
                      const char* group) {
    add_parsed(
        app, "--timeout", "S", parse_positive_seconds,
        [&timeout](double seconds) { timeout = Seconds{seconds}; }, help)
        ->group(group);
}

void add_quiet_flag(CLI::App& app, bool& quiet) {
    app.add_flag("-q,--quiet", quiet, "say nothing but errors")->group(kOutputGroup);
}

CLI::Validator in_range(long low, long high) {
    return CLI::Range(low, high).description("");
}

void add_session(CLI::App& app, std::string& session) {
    app.add_option("SESSION", session,
                   "id, the beginning of an id, or name; needless when there is only one")
        ->type_name("[SESSION]");
}

}  // namespace mcast::cli
