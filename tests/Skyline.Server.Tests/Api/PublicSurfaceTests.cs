using System.Reflection;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Server.Tests.Api;

/// <summary>What users of the client library can call is listed, so that a change of it is seen by whoever makes it and whoever looks it over.</summary>
public sealed class PublicSurfaceTests
{
    static string Listing => Path.Combine(Checkout.Root, "src", "Skyline.Protocol", "PublicApi.txt");

    /// <summary>With SKYLINE_WRITE_PUBLIC_API=1 the listing is written anew; look at what has changed in it before it is committed.</summary>
    [Fact]
    public async Task It_is_what_the_listing_says()
    {
        var surface = typeof(SkylineClient).Assembly.GetExportedTypes().Where(type => type != typeof(SkylineJson)).SelectMany(Lines).Order(StringComparer.Ordinal).ToList();
        if (Environment.GetEnvironmentVariable("SKYLINE_WRITE_PUBLIC_API") == "1") await File.WriteAllLinesAsync(Listing, surface, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllLinesAsync(Listing, TestContext.Current.CancellationToken), surface);
    }

    [Fact]
    public void It_keeps_nothing_that_changes_for_all_of_a_process() =>
        Assert.Empty(typeof(SkylineClient).Assembly.GetExportedTypes().Where(type => type != typeof(SkylineJson)).SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field is { IsLiteral: false, IsInitOnly: false } && !field.Name.Contains('<', StringComparison.Ordinal)));

    static IEnumerable<string> Lines(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(word => $"{type.Name}.{word}");
        const BindingFlags own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        // What every record has is no decision.
        return
        [
            .. type.GetConstructors(own).Select(made => $"{type.Name}({Parameters(made)})"),
            .. type.GetProperties(own).Select(property => $"{type.Name}.{property.Name}: {Name(property.PropertyType)}"),
            .. type.GetMethods(own).Where(method => !method.IsSpecialName && method.Name is not ("ToString" or "GetHashCode" or "Equals" or "Deconstruct" or "<Clone>$")).Select(method => $"{type.Name}.{method.Name}({Parameters(method)}): {Name(method.ReturnType)}"),
        ];
    }

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(one => $"{Name(one.ParameterType)} {one.Name}{(one.HasDefaultValue ? "?" : "")}"));

    static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? Name(value) + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
