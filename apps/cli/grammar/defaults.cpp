// SPDX-License-Identifier: MIT
#include "cli/grammar/defaults.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "cli/grammar/suggest.hpp"
#include "cli/grammar/toml.hpp"
#include "cli/source_check.hpp"

namespace mcast::cli {
namespace {

constexpr const char* kConfig = "--config";
constexpr const char* kKey = "--key";

// Options that act at once: they have no default.
constexpr std::array<std::string_view, 3> kActs{"--help", "--help-errors", "--version"};

// Variables with another meaning: those that hooks and commands get about a transfer, and those
// that the library reads. An option of such a name has no variable.
constexpr std::array<std::string_view, 11> kTaken{
    "MCAST_BATCH", "MCAST_DIGEST",      "MCAST_ERROR",  "MCAST_ID",   "MCAST_META",  "MCAST_NAME",
    "MCAST_PATH",  "MCAST_RUNTIME_DIR", "MCAST_SENDER", "MCAST_SIZE", "MCAST_STATUS"};

struct Default {
    std::string value;
    std::string where;     ///< "/etc/mcast/mcsend.toml, line 3: rate", "MCAST_RATE"
    std::string variable;  ///< what it is from, unless that is a file of settings
};
using Defaults = std::map<std::string, Default>;  // by the option's long name

bool acts(std::string_view long_name) {
    return std::ranges::find(kActs, long_name) != kActs.end();
}

std::optional<std::string> variable(const Command& command, const char* name) {
    auto value = command.environment ? command.environment(name) : std::nullopt;
    if (value && value->empty()) return {};
    return value;
}

std::unexpected<WrongDefault> wrong(std::string text, std::string hint = {}) {
    return std::unexpected(WrongDefault{std::move(text), std::move(hint)});
}

std::vector<std::string> keys_of(const Form& form) {
    std::vector<std::string> keys;
    for (const auto& flag : form.flags) {
        if (!acts(flag.long_name) && flag.long_name != kConfig) {
            keys.push_back(flag.long_name.substr(2));
        }
    }
    return keys;
}

std::expected<void, WrongDefault> add_settings(const std::string& path, const std::string& text,
                                               const Form& form, Defaults& defaults) {
    const auto settings = parse_toml(text);
    if (!settings) {
        const auto& error = settings.error();
        return wrong(
            fmt::format("{}, line {}, column {}: {}", path, error.line, error.column, error.text),
            "a line is key = value, and text stands in quotes: rate = \"900M\"");
    }
    const auto keys = keys_of(form);
    for (const auto& [key, value, line] : *settings) {
        const auto where = fmt::format("{}, line {}: {}", path, line, key);
        if (std::ranges::find(keys, key) == keys.end()) {
            const auto meant = closest(key, keys);
            return wrong(where + " is not an option of " + form.name,
                         meant ? fmt::format("did you mean {}?", *meant)
                               : "keys are the long options, without the dashes");
        }
        defaults["--" + key] = {value, where, {}};
    }
    return {};
}

// The value of --config, and the name of its source: the option or the variable.
std::optional<Default> named_file(const Command& command, const Parser& parser) {
    if (parser.given(kConfig)) return Default{parser.value_of(kConfig), kConfig, {}};
    const auto name = variable_of(kConfig);
    const auto value = variable(command, name.c_str());
    return value ? std::optional{Default{*value, name, {}}} : std::nullopt;
}

std::expected<std::vector<std::string>, WrongDefault> read_files(const Command& command,
                                                                 const Parser& parser,
                                                                 const Form& form,
                                                                 Defaults& defaults) {
    std::vector<std::string> read;
    if (!command.read_file) return read;
    auto files = default_files(command);
    const auto named = named_file(command, parser);
    if (named) files.push_back(named->value);
    for (const auto& path : files) {
        const auto text = command.read_file(path);
        if (!text) return wrong(text.error().message);
        if (!*text) {
            if (!named || &path != &files.back()) continue;
            return wrong(fmt::format("{}: there is no file {}", named->where, path));
        }
        if (const auto added = add_settings(path, **text, form, defaults); !added) {
            return std::unexpected(added.error());
        }
        read.push_back(path);
    }
    return read;
}

// A service of systemd has its key there (LoadCredential=mcast.key). Everything else overrides it.
void add_credential(const Command& command, const Form& form, Defaults& defaults) {
    const auto folder = variable(command, "CREDENTIALS_DIRECTORY");
    if (!folder || find_flag(form, kKey) == nullptr) return;
    const std::string path = *folder + "/mcast.key";
    if (is_there(path)) defaults[kKey] = {path, path, "the credential mcast.key"};
}

void add_variables(const Command& command, const Form& form, Defaults& defaults) {
    for (const auto& flag : form.flags) {
        const auto name = variable_of(flag.long_name);
        if (name.empty() || flag.long_name == kConfig) continue;
        if (const auto value = variable(command, name.c_str())) {
            defaults[flag.long_name] = {*value, name, name};
        }
    }
}

// The value as the parser writes it. A word that is neither yes nor no stays, so that the parser
// refuses it.
std::string switch_value(const std::string& text) {
    static constexpr std::array<std::string_view, 4> kYes{"true", "yes", "on", "1"};
    static constexpr std::array<std::string_view, 4> kNo{"false", "no", "off", "0"};
    if (std::ranges::find(kYes, text) != kYes.end()) return "true";
    if (std::ranges::find(kNo, text) != kNo.end()) return "false";
    return {};
}

std::expected<void, WrongDefault> apply(Parser& parser, const Flag& flag, const Default& from) {
    const auto hint = fmt::format("{}: {}", spelled(flag), flag.help);
    auto value = from.value;
    if (flag.value.empty()) {
        value = switch_value(from.value);
        if (value.empty()) {
            return wrong(fmt::format("{}: '{}' is neither true nor false", from.where, from.value),
                         hint);
        }
    }
    if (const auto set = parser.set(flag.long_name, value); !set) {
        return wrong(fmt::format("{}: {}", from.where, set.error()), hint);
    }
    return {};
}

}  // namespace

std::string variable_of(std::string_view long_name) {
    if (acts(long_name) || long_name.size() < 3) return {};
    if (long_name == kKey) return "MCAST_KEY_FILE";  // which says that it is no key itself
    std::string name = "MCAST_";
    for (const char c : long_name.substr(2)) {
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return std::ranges::find(kTaken, std::string_view(name)) == kTaken.end() ? name : "";
}

std::vector<std::string> default_files(const Command& command) {
    const auto file = "mcast/" + command.tool + ".toml";
    std::vector<std::string> files{"/etc/" + file};
    const auto configured = variable(command, "XDG_CONFIG_HOME");
    const auto home = variable(command, "HOME");
    if (configured && configured->starts_with('/')) {  // XDG says that others are to be ignored
        files.push_back(*configured + "/" + file);
    } else if (home) {
        files.push_back(*home + "/.config/" + file);
    }
    return files;
}

std::expected<std::vector<std::string>, WrongDefault> apply_defaults(const Command& command,
                                                                     Parser& parser,
                                                                     const DefaultsScope& scope) {
    const auto& taken = scope.taken;
    Defaults defaults;
    add_credential(command, scope.known, defaults);
    auto sources = read_files(command, parser, scope.known, defaults);
    if (!sources) return sources;
    add_variables(command, scope.known, defaults);
    for (const auto& [long_name, from] : defaults) {
        const auto* flag = find_flag(scope.known, long_name);
        if (flag == nullptr || parser.given(long_name) || parser.ruled_out(long_name)) continue;
        if (!taken.empty() && std::ranges::find(taken, long_name) == taken.end()) continue;
        if (const auto done = apply(parser, *flag, from); !done) {
            return std::unexpected(done.error());
        }
        if (!from.variable.empty()) sources->push_back(from.variable);
    }
    return sources;
}

std::string enumerated(const std::vector<std::string>& items) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
        text += items[i];
    }
    return text;
}

}  // namespace mcast::cli
