// SPDX-License-Identifier: MIT
#pragma once

// Reads the members of a JSON object strictly by type. It keeps the first error, and everything
// after that reads as empty, so that a parser is a plain list of members with one check at its end.
// Lives on the stack, refers to the object.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "control/status_names.hpp"

namespace mcast::control {

using Json = nlohmann::ordered_json;

class JsonFields {
  public:
    /// `where` begins every complaint: "receivers[3]".
    explicit JsonFields(const Json& object, std::string where = {});

    [[nodiscard]] std::string text(std::string_view key);
    [[nodiscard]] std::optional<std::string> text_or_null(std::string_view key);
    [[nodiscard]] std::uint64_t count(std::string_view key);
    [[nodiscard]] std::optional<std::uint64_t> count_or_null(std::string_view key);
    [[nodiscard]] double number(std::string_view key);
    [[nodiscard]] std::optional<double> number_or_null(std::string_view key);
    [[nodiscard]] bool flag(std::string_view key);
    /// nullptr after an error.
    [[nodiscard]] const Json* object(std::string_view key);
    [[nodiscard]] const Json* object_or_null(std::string_view key);
    [[nodiscard]] const Json* array(std::string_view key);

    template <typename E>
    [[nodiscard]] E choice(std::string_view key) {
        const auto value = value_of<E>(text(key));
        if (!value) complain(key, "has an unknown value");
        return value.value_or(E{});
    }

    [[nodiscard]] bool has(std::string_view key) const { return object_.contains(key); }
    void complain(std::string_view key, std::string_view what);
    /// The first error; empty if there was none.
    [[nodiscard]] const std::string& complaint() const { return complaint_; }

  private:
    const Json* find(std::string_view key);

    const Json& object_;
    std::string where_;
    std::string complaint_;
};

}  // namespace mcast::control
