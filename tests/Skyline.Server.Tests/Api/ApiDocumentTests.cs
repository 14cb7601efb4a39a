using System.Net;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Api;

/// <summary>What the API says of itself.</summary>
public sealed class ApiDocumentTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1", "3.1.")]
    [InlineData("v1-3.0", "3.0.")]
    public async Task It_is_served_in_the_version_that_is_asked_for(string name, string version)
    {
        await using var site = await Site.Open();
        using var document = await Read(site, name);

        Assert.StartsWith(version, document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.True(document.RootElement.GetProperty("paths").TryGetProperty("/api/builds", out _));
    }

    [Fact]
    public async Task One_that_is_not_there_is_refused_with_the_names_of_those_that_are()
    {
        await using var site = await Site.Open();
        var answer = await site.Http().GetAsync("/openapi/v2.json", Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("v1-3.0", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_enum_on_the_wire_is_listed_word_by_word()
    {
        await using var site = await Site.Open();
        using var document = await Read(site, "v1");
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        var enums = typeof(BuildState).Assembly.GetTypes().Where(type => type.IsEnum && type.IsPublic && schemas.TryGetProperty(type.Name, out _)).ToList();

        Assert.Contains(typeof(BuildState), enums);
        Assert.All(enums, type => Assert.Equal(Enum.GetNames(type), schemas.GetProperty(type.Name).GetProperty("enum").EnumerateArray().Select(word => word.GetString()).OfType<string>()));
    }

    [Fact]
    public async Task Every_record_that_it_names_is_described()
    {
        await using var site = await Site.Open();
        using var document = await Read(site, "v1");

        Assert.All(document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject(), schema =>
            Assert.True(schema.Value.EnumerateObject().Any(part => part.Name is "properties" or "enum" or "items"), $"{schema.Name} is {schema.Value}"));
    }

    static async Task<JsonDocument> Read(Site site, string name) => JsonDocument.Parse(await site.Http().GetStringAsync($"/openapi/{name}.json", Ct));
}
