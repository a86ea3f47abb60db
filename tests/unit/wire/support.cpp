// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <fstream>
#include <stdexcept>

namespace mcast::wire::test {
namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw std::invalid_argument(std::string("no hex digit: ") + c);
}

}  // namespace

Buffer from_hex(std::string_view text) {
    Buffer out;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n') continue;
        if (high < 0) {
            high = digit_of(c);
        } else {
            out.push_back(static_cast<std::uint8_t>(high << 4 | digit_of(c)));
            high = -1;
        }
    }
    if (high >= 0) throw std::invalid_argument("half a byte");
    return out;
}

std::string to_hex(Bytes bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
        text += ' ';
    }
    return text;
}

std::vector<Vector> load_vectors(const std::string& file) {
    std::ifstream in(std::string(MCAST_VECTORS) + '/' + file);
    std::vector<Vector> vectors;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        if (line[0] == '[') {
            vectors.push_back({.name = line.substr(1, line.size() - 2), .bytes = {}});
            continue;
        }
        const Buffer more = from_hex(line);
        auto& bytes = vectors.at(vectors.size() - 1).bytes;
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    if (vectors.empty()) throw std::runtime_error("no vectors in " + file);
    return vectors;
}

Buffer vector_named(const std::string& file, std::string_view name) {
    for (auto& vector : load_vectors(file)) {
        if (vector.name == name) return vector.bytes;
    }
    throw std::runtime_error("no vector " + std::string(name));
}

Buffer bytes_of(const Message& message) {
    return std::visit([](const auto& m) { return bytes_of(m); }, message);
}

}  // namespace mcast::wire::test
