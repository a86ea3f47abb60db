// SPDX-License-Identifier: MIT
#include "net/interface_name.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace mcast::net {
namespace {

const Interface* by_name(std::span<const Interface> all, std::string_view name) {
    const auto found = std::ranges::find_if(all, [&](const Interface& one) {
        return one.name == name || std::ranges::find(one.altnames, name) != one.altnames.end();
    });
    return found == all.end() ? nullptr : &*found;
}

NamedInterface by_label(std::span<const Interface> all, std::string_view name) {
    for (const Interface& one : all) {
        const auto label = std::ranges::find(one.labels, name, &Interface::Label::name);
        if (label != one.labels.end()) return {&one, label->address};
    }
    return {};
}

// `ip link` begins a line with "2: eth0@if7:", where "eth0" is the name.
std::string_view bare_name(std::string_view word) {
    if (word.ends_with(':')) word.remove_suffix(1);
    return word.substr(0, word.find('@'));
}

bool has_address(const Interface& one, const Endpoint& address) {
    const auto is = [&](const Endpoint& own) { return is_address(own, address); };
    return std::ranges::any_of(one.addresses, is) ||
           std::ranges::any_of(one.unready, is, &Interface::Unready::address);
}

NamedInterface by_address(std::span<const Interface> all, const std::string& word) {
    const Endpoint address = address_in(word);
    if (address.empty()) return {};
    const auto percent = word.find('%');
    const std::string zone = percent == std::string::npos
                                 ? std::string{}
                                 : word.substr(percent + 1, word.find('/') - percent - 1);
    for (const Interface& one : all) {
        if (!has_address(one, address)) continue;
        if (zone.empty() || find_interface(all, zone).interface == &one) return {&one, address};
    }
    return {};
}

const Interface* by_hardware(std::span<const Interface> all, std::string word) {
    if (word.empty()) return nullptr;
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return c >= 'A' && c <= 'F' ? c | 0x20 : c; });
    const auto found = std::ranges::find(all, word, &Interface::hardware);
    return found == all.end() ? nullptr : &*found;
}

const Interface* by_index(std::span<const Interface> all, const std::string& word) {
    unsigned index = 0;
    const char* end = word.data() + word.size();
    const auto parsed = std::from_chars(word.data(), end, index);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return nullptr;
    const auto found = std::ranges::find(all, index, &Interface::index);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool is_address(const Endpoint& own, const Endpoint& given) {
    return own.with_scope(given.scope() == 0 ? 0 : own.scope()).same_address(given);
}

Endpoint address_in(const std::string& word) {
    return Endpoint::parse(word.substr(0, word.find_first_of("%/")), 0).value_or(Endpoint{});
}

NamedInterface find_interface(std::span<const Interface> all, const std::string& word) {
    if (const Interface* named = by_name(all, word)) return {named};
    if (const auto labelled = by_label(all, word); labelled.interface != nullptr) return labelled;
    if (const Interface* named = by_name(all, bare_name(word))) return {named};
    if (const auto found = by_address(all, word); found.interface != nullptr) return found;
    if (const Interface* found = by_hardware(all, word)) return {found};
    return {by_index(all, word)};
}

}  // namespace mcast::net
