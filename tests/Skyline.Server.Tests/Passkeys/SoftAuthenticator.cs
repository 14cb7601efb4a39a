using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skyline.Server.Tests.Passkeys;

/// <summary>A browser and its authenticator in one: it makes a key, signs challenges, and lies where a test says.</summary>
sealed class SoftAuthenticator(string origin, string host)
{
    const byte Present = 1, Verified = 4, Attested = 0x40;

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly byte[] id = RandomNumberGenerator.GetBytes(16);
    string? handle;

    public string Origin { get; set; } = origin;
    public string Host { get; set; } = host;
    public bool Verifies { get; set; } = true;
    public uint Count { get; set; } = 1;

    /// <summary>The secret's copy in another hand.</summary>
    public string? Handle { get => handle; set => handle = value; }

    public string Create(string options)
    {
        var wanted = JsonNode.Parse(options)!;
        handle = (string)wanted["user"]!["id"]!;
        var q = key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, .. q.X!, 0x22, 0x58, 0x20, .. q.Y!];
        byte[] data = [.. Head(Attested), .. new byte[16], 0, (byte)id.Length, .. id, .. cose];
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        Count++;
        return Answer(new() { ["clientDataJSON"] = Text(Client("webauthn.create", wanted)), ["attestationObject"] = Text(attestation), ["transports"] = new JsonArray() });
    }

    public string Get(string options)
    {
        var (client, data) = (Client("webauthn.get", JsonNode.Parse(options)!), Head(0));
        Count++;
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new() { ["clientDataJSON"] = Text(client), ["authenticatorData"] = Text(data), ["signature"] = Text(signature), ["userHandle"] = handle });
    }

    string Answer(JsonObject response) => new JsonObject
    {
        ["id"] = Text(id), ["rawId"] = Text(id), ["type"] = "public-key", ["authenticatorAttachment"] = "platform", ["clientExtensionResults"] = new JsonObject(), ["response"] = response,
    }.ToJsonString();

    byte[] Head(byte flags)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(Host)), (byte)(flags | Present | (Verifies ? Verified : 0)), .. count];
    }

    byte[] Client(string type, JsonNode wanted) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["type"] = type, ["challenge"] = (string)wanted["challenge"]!, ["origin"] = Origin, ["crossOrigin"] = false });

    static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
