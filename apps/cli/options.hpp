// SPDX-License-Identifier: MIT
#pragma once

// Flags that several commands share, and the way from a text to a value: what cannot be read
// becomes a usage error that names the option. Flags only store; commands run later.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include <mcast/options.hpp>

#include "cli/progress.hpp"
#include "cli/units.hpp"

namespace mcast::cli {

/// Names of the groups that --help shows options in.
inline constexpr const char* kNetworkGroup = "Network";
inline constexpr const char* kOutputGroup = "Output";
inline constexpr const char* kHelpGroup = "Help";
inline constexpr const char* kOptionsGroup = "Options";

/// How a transfer shows itself.
struct OutputOptions {
    bool json = false;
    bool quiet = false;
    bool help_errors = false;
    ProgressMode progress = ProgressMode::automatic;
};

void add_output_flags(CLI::App& app, OutputOptions& output);
void add_network_flags(CLI::App& app, NetworkOptions& network);
void add_place_flags(CLI::App& app, NetworkOptions& network);  ///< only --group and --interface
void add_timeout_flag(CLI::App& app, std::optional<Seconds>& timeout, const std::string& help,
                      const char* group);
void add_node_flag(CLI::App& app, std::optional<std::uint32_t>& node);
void add_quiet_flag(CLI::App& app, bool& quiet);
/// A check whose description stays out of the help: the option's own words say it.
[[nodiscard]] CLI::Validator in_range(long low, long high);
/// The positional SESSION of the commands, which may be left out when there is only one.
void add_session(CLI::App& app, std::string& session);

/// An option whose text goes through `parse` (units.hpp) to `store`. The last one given counts.
template <typename Parse, typename Store>
CLI::Option* add_parsed(CLI::App& app, const std::string& flags, const std::string& type,
                        Parse parse, Store store, const std::string& help) {
    const auto name = flags.substr(flags.find("--"));  // "-g,--group" is called --group
    const auto callback = [name, parse, store](const std::string& text) {
        const auto value = parse(text);
        if (!value) throw CLI::ValidationError(name, value.error());
        store(*value);
    };
    return app.add_option_function<std::string>(flags, callback, help)
        ->type_name(type)
        ->take_last();
}

}  // namespace mcast::cli
