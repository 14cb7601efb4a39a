using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Skyline.Protocol;

namespace Skyline.Server.Shell;

/// <summary>
/// What a record on the wire consists of is looked at when the first one of it comes or goes. Every endpoint that takes one asks for that when
/// the server starts; looked at then, they cost 1,700 methods of compiling, 0.17 s of the start and 5 MB, most of them for what nobody sends that day.
/// </summary>
sealed class LaterJson : IJsonTypeInfoResolver
{
    JsonSerializerOptions? real;

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
        !type.IsValueType && ((IJsonTypeInfoResolver)SkylineJson.Default).GetTypeInfo(type, options) is { Kind: not JsonTypeInfoKind.None }
            ? ((Later)Activator.CreateInstance(typeof(Later<>).MakeGenericType(type), this)!).Info(options)
            : null;

    /// <summary>The same, and looked at.</summary>
    JsonSerializerOptions Real(JsonSerializerOptions options)
    {
        if (real is { } there) return there;
        var looked = new JsonSerializerOptions(options);
        looked.TypeInfoResolverChain.Remove(this);
        return real = looked;
    }

    abstract class Later
    {
        public abstract JsonTypeInfo Info(JsonSerializerOptions options);
    }

    sealed class Later<T>(LaterJson all) : Later where T : class
    {
        public override JsonTypeInfo Info(JsonSerializerOptions options) => JsonMetadataServices.CreateValueInfo<T>(options, new Converter(all));

        sealed class Converter(LaterJson all) : JsonConverter<T>
        {
            JsonTypeInfo<T>? type;

            public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonSerializer.Deserialize(ref reader, Of(options));

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, Of(options));

            JsonTypeInfo<T> Of(JsonSerializerOptions options) => type ??= (JsonTypeInfo<T>)all.Real(options).GetTypeInfo(typeof(T));
        }
    }
}
