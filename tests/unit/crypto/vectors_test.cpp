// SPDX-License-Identifier: MIT
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "crypto/aead.hpp"
#include "crypto/envelope.hpp"
#include "crypto/group_key.hpp"
#include "crypto/secret.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast::crypto;

namespace {

using Vector = std::map<std::string, std::string>;

/// The vectors of envelope.txt by name.
std::map<std::string, Vector> load() {
    std::ifstream file(std::string(MCAST_VECTORS) + "/envelope.txt");
    std::map<std::string, Vector> vectors;
    std::string name;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('[')) name = line;
        const auto space = line.find(' ');
        if (name.empty() || line == name || space == std::string::npos) continue;
        vectors[name][line.substr(0, space)] = line.substr(space + 1);
    }
    return vectors;
}

std::uint64_t number(const std::string& hex) {
    return std::stoull(hex, nullptr, 16);
}

Head head_of(const Vector& vector, const GroupKey& key) {
    const auto kind = number(vector.at("kind"));
    return {(kind & 0x80) != 0 ? Side::receiver : Side::sender,
            static_cast<Suite>(kind & 0x7f),
            key.id(),
            {number(vector.at("session")), number(vector.at("part"))},
            number(vector.at("counter"))};
}

}  // namespace

TEST_CASE("packets are sealed and opened as another implementation does", "[crypto][envelope]") {
    const auto vectors = load();
    REQUIRE(vectors.size() >= 4);
    for (const auto& [name, vector] : vectors) {
        INFO(name);
        const GroupKey key(Secret::parse(vector.at("secret")).value());
        const auto stream = key.stream_key(head_of(vector, key), number(vector.at("answered")));
        auto message = from_hex(vector.at("message"));
        const auto packet = from_hex(vector.at("packet"));
        REQUIRE(parse_head(packet) == head_of(vector, key));

        Octets out(message.size() + kOverhead);
        write_head(head_of(vector, key), std::span(out).first<kHeadSize>());
        Aead seal(Aead::Direction::seal);
        seal.use(stream);
        const iovec piece{message.data(), message.size()};
        const auto head = mcast::Bytes(out).first(kHeadSize);
        seal.seal(number(vector.at("counter")), head, {&piece, 1}, out.data() + kHeadSize);
        CHECK(out == packet);

        Aead open(Aead::Direction::open);
        open.use(stream);
        CHECK(open.open(number(vector.at("counter")), head, std::span(out).subspan(kHeadSize)));
        CHECK(Octets(out.begin() + kHeadSize, out.end() - kTagSize) == message);
    }
}
