// SPDX-License-Identifier: MIT
#include "control/json_fields.hpp"

#include <utility>

namespace mcast::control {

JsonFields::JsonFields(const Json& object, std::string where)
    : object_(object), where_(std::move(where)) {
    if (!object_.is_object())
        complaint_ = where_.empty() ? "not an object" : where_ + " is no object";
}

void JsonFields::complain(std::string_view key, std::string_view what) {
    if (!complaint_.empty()) return;
    if (!where_.empty()) complaint_ = where_ + ".";
    complaint_.append(key).append(" ").append(what);
}

const Json* JsonFields::find(std::string_view key) {
    if (!complaint_.empty()) return nullptr;
    const auto member = object_.find(key);
    if (member == object_.end()) {
        complain(key, "is missing");
        return nullptr;
    }
    return &*member;
}

std::string JsonFields::text(std::string_view key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_string()) return *value->get_ptr<const std::string*>();
    complain(key, "is no string");
    return {};
}

std::uint64_t JsonFields::count(std::string_view key) {
    const Json* value = find(key);
    // The library keeps numbers signed if they did not come from a text.
    const bool whole = value != nullptr && value->is_number_integer();
    const bool negative = whole && !value->is_number_unsigned() && value->get<std::int64_t>() < 0;
    if (whole && !negative) return value->get<std::uint64_t>();
    complain(key, "is no whole number");
    return 0;
}

double JsonFields::number(std::string_view key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_number()) return value->get<double>();
    complain(key, "is no number");
    return 0;
}

bool JsonFields::flag(std::string_view key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_boolean()) return value->get<bool>();
    complain(key, "is neither true nor false");
    return false;
}

std::optional<std::string> JsonFields::text_or_null(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return text(key);
}

std::optional<std::uint64_t> JsonFields::count_or_null(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return count(key);
}

std::optional<double> JsonFields::number_or_null(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return number(key);
}

const Json* JsonFields::object(std::string_view key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_object()) return value;
    complain(key, "is no object");
    return nullptr;
}

const Json* JsonFields::object_or_null(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr || value->is_null()) return nullptr;
    return object(key);
}

const Json* JsonFields::array(std::string_view key) {
    const Json* value = find(key);
    if (value != nullptr && value->is_array()) return value;
    complain(key, "is no array");
    return nullptr;
}

}  // namespace mcast::control
