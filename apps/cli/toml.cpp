// SPDX-License-Identifier: MIT
#include "cli/toml.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace mcast::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBlank = " \t";
constexpr std::string_view kNotInAWord = "\"'[]{},= \t";

using Text = std::expected<std::string, std::string>;

bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

std::optional<char> escaped(char c) {
    static constexpr std::string_view kLetters = "btnfr\"\\";
    static constexpr std::string_view kMeanings = "\b\t\n\f\r\"\\";
    const auto at = kLetters.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional{kMeanings[at]};
}

// One line, read from its front.
class Line {
  public:
    explicit Line(std::string_view text) : rest_(text) { skip_blank(); }

    [[nodiscard]] bool over() const { return rest_.empty() || rest_.front() == '#'; }
    [[nodiscard]] char front() const { return rest_.front(); }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        skip_blank();
        return true;
    }

    Text key() {
        if (front() == '"' || front() == '\'') return quoted();
        const auto end = std::ranges::find_if_not(rest_, is_bare);
        return word(static_cast<std::size_t>(end - rest_.begin()));
    }

    Text value() {
        if (front() == '"' || front() == '\'') return quoted();
        if (front() == '[' || front() == '{') return std::unexpected("a list is not possible here");
        auto text = word(std::min(rest_.find_first_of("# \t"), rest_.size()));
        if (text.find_first_of(kNotInAWord) == std::string::npos) return text;
        return std::unexpected(fmt::format("the value {} needs quotes", text));
    }

  private:
    void skip_blank() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlank), rest_.size()));
    }

    std::string word(std::size_t length) {
        std::string text(rest_.substr(0, length));
        rest_.remove_prefix(length);
        skip_blank();
        return text;
    }

    Text quoted() {
        const char quote = front();
        std::string text;
        std::size_t at = 1;
        for (; at < rest_.size() && rest_[at] != quote; ++at) {
            if (quote == '\'' || rest_[at] != '\\') {
                text += rest_[at];
                continue;
            }
            if (++at == rest_.size()) break;
            const auto meant = escaped(rest_[at]);
            if (!meant) return std::unexpected(fmt::format("\\{} is not known", rest_[at]));
            text += *meant;
        }
        if (at >= rest_.size()) return std::unexpected("the closing quote is missing");
        rest_.remove_prefix(at + 1);
        skip_blank();
        return text;
    }

    std::string_view rest_;
};

// Empty: the line holds nothing.
std::expected<std::optional<Setting>, std::string> read(std::string_view text) {
    Line line(text);
    if (line.over()) return std::optional<Setting>{};
    if (line.front() == '[') {
        return std::unexpected("tables are not known here: write key = value, without [headings]");
    }
    auto key = line.key();
    if (!key) return std::unexpected(key.error());
    if (key->empty() || !line.take('=')) return std::unexpected("this is not key = value");
    if (line.over()) return std::unexpected(fmt::format("{} has no value", *key));
    auto value = line.value();
    if (!value) return std::unexpected(value.error());
    if (!line.over()) return std::unexpected(fmt::format("more follows the value of {}", *key));
    return Setting{*std::move(key), *std::move(value)};
}

}  // namespace

std::expected<std::vector<Setting>, TomlError> parse_toml(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::vector<Setting> settings;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        auto setting = read(line);
        if (!setting) return std::unexpected(TomlError{number, setting.error()});
        if (!*setting) continue;
        const auto earlier = std::ranges::find(settings, (*setting)->key, &Setting::key);
        if (earlier != settings.end()) {
            return std::unexpected(TomlError{
                number, fmt::format("{} is already in line {}", earlier->key, earlier->line)});
        }
        (*setting)->line = number;
        settings.push_back(**std::move(setting));
    }
    return settings;
}

}  // namespace mcast::cli
