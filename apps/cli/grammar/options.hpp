// SPDX-License-Identifier: MIT
#pragma once

// Flags that several commands share, and the reading of their values: a text that cannot be read
// becomes a usage error that names the option. Flags only store; commands run later.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <mcast/options.hpp>

#include "cli/grammar/parser.hpp"
#include "cli/view/progress.hpp"
#include "cli/view/units.hpp"

namespace mcast::cli {

/// The groups of options in --help.
inline constexpr const char* kNetworkGroup = "Network";
inline constexpr const char* kOutputGroup = "Output";
inline constexpr const char* kHelpGroup = "Help";
inline constexpr const char* kOptionsGroup = "Options";

/// The output of a transfer.
struct OutputOptions {
    bool json = false;
    bool quiet = false;
    bool help_errors = false;
    bool background = false;
    std::string id_file;  ///< empty: none
    std::string config;   ///< a file with defaults
    ProgressMode progress = ProgressMode::automatic;
};

void add_output_flags(Parser& parser, OutputOptions& output);
void add_network_flags(Parser& parser, NetworkOptions& network);
/// Only --group, --interface and --key.
void add_place_flags(Parser& parser, NetworkOptions& network);
void add_timeout_flag(Parser& parser, std::optional<Seconds>& timeout, const std::string& help,
                      const char* group);
/// --session of a transfer: the name to offer, or of the only offer to take.
void add_name_flag(Parser& parser, std::string& name, const std::string& help, const char* group);
void add_feedback_flag(Parser& parser, std::optional<std::uint16_t>& port);
/// --plain; `help` tells its meaning for the tool.
void add_plain_flag(Parser& parser, bool& plain, const std::string& help);
void add_trace_flag(Parser& parser, std::string& path);
void add_node_flag(Parser& parser, std::optional<std::uint32_t>& node);
void add_quiet_flag(Parser& parser, bool& quiet);
/// The positional SESSION of the commands, which can be left out if there is only one.
void add_session(Parser& parser, std::string& session);

/// An option whose text goes through `parse` (units.hpp) to `store`. If given twice, the last
/// counts.
template <typename Parse, typename Store>
Option add_parsed(Parser& parser, const std::string& flags, const std::string& type, Parse parse,
                  Store store, const std::string& help) {
    const auto take = [parse, store](const std::string& text) -> Parsed<void> {
        const auto value = parse(text);
        if (!value) return std::unexpected(value.error());
        store(*value);
        return {};
    };
    return parser.add_text(flags, take, help).type_name(type).take_last();
}

}  // namespace mcast::cli
