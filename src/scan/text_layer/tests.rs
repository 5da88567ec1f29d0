//! PDFs with text of all kinds built here, read through the public door.

use super::{TextLayer, TextLayerFinding};
use crate::scan::{Limits, SourceDocument};
use crate::vietnamese::LegacyEncoding;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use proptest::prelude::*;

const PAGE_WIDTH_PT: f64 = 595.0;
const PAGE_HEIGHT_PT: f64 = 842.0;

/// A page of A4 under construction.
struct Builder {
    document: Document,
    fonts: Dictionary,
    pictures: Dictionary,
    content: Vec<u8>,
}

impl Builder {
    fn new() -> Self {
        Self {
            document: Document::with_version("1.5"),
            fonts: Dictionary::new(),
            pictures: Dictionary::new(),
            content: Vec::new(),
        }
    }

    /// A font of single bytes that is not embedded; all letters half an em wide.
    fn simple_font(mut self, key: &str, name: &str) -> Self {
        let font = dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => name,
            "Encoding" => "WinAnsiEncoding", "FirstChar" => 0, "LastChar" => 255,
            "Widths" => vec![Object::from(500); 256],
        };
        self.fonts.set(key, self.document.add_object(font));
        self
    }

    /// A font whose codes are UTF-16 units, named by its own table.
    fn unicode_font(self, key: &str, name: &str) -> Self {
        self.composite_font(key, name, "1 beginbfrange <0000> <FFFF> <0000> endbfrange")
    }

    fn composite_font(mut self, key: &str, name: &str, map: &str) -> Self {
        let map = format!(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap \
             /CMapName /M def /CMapType 2 def \
             1 begincodespacerange <0000> <FFFF> endcodespacerange {map} endcmap end end"
        );
        let map = Stream::new(Dictionary::new(), map.into_bytes());
        let map = self.document.add_object(map);
        let descendant = dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => name, "DW" => 500,
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"), "Supplement" => 0,
            },
            "FontDescriptor" => dictionary! { "Type" => "FontDescriptor", "FontName" => name, "Flags" => 4 },
        };
        let descendant = self.document.add_object(descendant);
        let font = dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => name,
            "Encoding" => "Identity-H", "DescendantFonts" => vec![descendant.into()],
            "ToUnicode" => map,
        };
        self.fonts.set(key, self.document.add_object(font));
        self
    }

    fn content(mut self, operators: &str) -> Self {
        self.content.extend_from_slice(operators.as_bytes());
        self.content.push(b'\n');
        self
    }

    /// A line of bytes in a simple font of 12 points.
    fn bytes_at(self, x: f64, y: f64, key: &str, bytes: &[u8]) -> Self {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.content(&format!("BT /{key} 12 Tf {x} {y} Td <{hex}> Tj ET"))
    }

    /// A line of text in a composite font of 12 points.
    fn text_at(self, x: f64, y: f64, key: &str, text: &str) -> Self {
        let hex: String = text
            .encode_utf16()
            .map(|unit| format!("{unit:04x}"))
            .collect();
        self.content(&format!("BT /{key} 12 Tf {x} {y} Td <{hex}> Tj ET"))
    }

    /// A picture of one grey pixel over the whole page.
    fn scan(mut self) -> Self {
        let picture = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1,
            "BitsPerComponent" => 8, "ColorSpace" => "DeviceGray",
        };
        let picture = self.document.add_object(Stream::new(picture, vec![200]));
        self.pictures.set("Im", picture);
        self.content(&format!(
            "q {PAGE_WIDTH_PT} 0 0 {PAGE_HEIGHT_PT} 0 0 cm /Im Do Q"
        ))
    }

    fn layer_with(mut self, more: &Dictionary) -> TextLayer {
        let pages: ObjectId = self.document.new_object_id();
        let content = Stream::new(Dictionary::new(), self.content);
        let content = self.document.add_object(content);
        let mut page = dictionary! {
            "Type" => "Page", "Parent" => pages,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => self.fonts, "XObject" => self.pictures },
            "Contents" => content,
        };
        page.extend(more);
        let page = self.document.add_object(page);
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        self.document.objects.insert(pages, tree.into());
        let catalog = dictionary! { "Type" => "Catalog", "Pages" => pages };
        let catalog = self.document.add_object(catalog);
        self.document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).expect("saving to memory");
        SourceDocument::open(bytes, Limits::default())
            .expect("a readable file")
            .text_layer(1)
    }

    fn layer(self) -> TextLayer {
        self.layer_with(&Dictionary::new())
    }
}

/// Text in a legacy encoding as the bytes of its font.
fn legacy_bytes(encoding: LegacyEncoding, text: &str) -> Vec<u8> {
    let byte_of = |code: char| {
        (0..=255_u8)
            .find(|&byte| crate::vietnamese::windows_1252(byte) == code)
            .unwrap_or_else(|| panic!("no byte for {code:?}"))
    };
    encoding.encode(text).chars().map(byte_of).collect()
}

fn texts(layer: &TextLayer) -> Vec<String> {
    layer
        .lines
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
            words.join(" ")
        })
        .collect()
}

const SENTENCE: &str = "đề nghị các phòng nghiêm túc thực hiện kỷ luật";

#[test]
fn a_page_without_text_has_none() {
    assert_eq!(Builder::new().layer(), empty());
    let scan = Builder::new().scan().layer();
    assert_eq!(scan.finding, TextLayerFinding::NoText);
}

fn empty() -> TextLayer {
    TextLayer {
        width_pt: PAGE_WIDTH_PT,
        height_pt: PAGE_HEIGHT_PT,
        ..TextLayer::default()
    }
}

#[test]
fn unicode_text_is_taken_with_the_places_of_its_words() {
    let layer = Builder::new()
        .unicode_font("F", "TimesNewRomanPSMT")
        .text_at(100.0, 700.0, "F", "Sở Y tế")
        .layer();
    assert_eq!(layer.finding, TextLayerFinding::Unicode);
    assert_eq!(texts(&layer), ["Sở Y tế"]);
    let word = &layer.lines[0].words[2];
    // Letters are 6 points wide; the third word is the sixth and seventh.
    assert!((word.left_pt - 130.0).abs() < 0.01, "{word:?}");
    assert!((word.right_pt - 142.0).abs() < 0.01, "{word:?}");
    assert!(word.top_pt < 842.0 - 700.0 && word.bottom_pt > 842.0 - 700.0);
}

#[test]
fn every_legacy_encoding_is_converted_by_the_name_of_its_font() {
    for (encoding, font) in [
        (LegacyEncoding::Tcvn3, ".VnTime"),
        (LegacyEncoding::Vni, "ABCDEF+VNI-Times"),
        (LegacyEncoding::Vps, "VPS Times"),
        (LegacyEncoding::Viscii, "VISCII Roman"),
    ] {
        let layer = Builder::new()
            .simple_font("F", font)
            .bytes_at(60.0, 700.0, "F", &legacy_bytes(encoding, SENTENCE))
            .layer();
        assert_eq!(layer.finding, TextLayerFinding::Legacy, "{encoding}");
        assert_eq!(layer.encodings, [encoding]);
        assert_eq!(texts(&layer), [SENTENCE], "{encoding}");
    }
}

#[test]
fn a_font_without_a_telling_name_is_found_out_by_trial() {
    for encoding in LegacyEncoding::ALL {
        let layer = Builder::new()
            .simple_font("F", "Arial")
            .bytes_at(60.0, 700.0, "F", &legacy_bytes(encoding, SENTENCE))
            .layer();
        assert_eq!(texts(&layer), [SENTENCE], "{encoding}");
    }
}

#[test]
fn a_font_of_capitals_gives_capitals() {
    let layer = Builder::new()
        .simple_font("F", ".VnTimeH")
        .bytes_at(
            60.0,
            700.0,
            "F",
            &legacy_bytes(LegacyEncoding::Tcvn3, SENTENCE),
        )
        .layer();
    assert_eq!(texts(&layer), [SENTENCE.to_uppercase()]);
}

#[test]
fn legacy_and_unicode_stand_side_by_side() {
    let legacy = legacy_bytes(LegacyEncoding::Tcvn3, "Số đo");
    let layer = Builder::new()
        .simple_font("L", "ABCDEF+.VnTime")
        .unicode_font("U", "ABCDEF+TimesNewRomanPSMT")
        .bytes_at(60.0, 700.0, "L", &legacy)
        .text_at(120.0, 700.0, "U", "của hội đồng")
        .layer();
    assert_eq!(layer.finding, TextLayerFinding::Legacy);
    assert_eq!(texts(&layer), ["Số đo của hội đồng"]);
}

#[test]
fn a_letter_borrowed_from_another_font_is_undone_with_its_word() {
    let layer_of = |borrowed: &str, rest: &str| {
        Builder::new()
            .simple_font("L", "ABCDEF+.VnTime")
            .unicode_font("U", "ABCDEF+Arial")
            .bytes_at(
                60.0,
                720.0,
                "L",
                &legacy_bytes(LegacyEncoding::Tcvn3, SENTENCE),
            )
            .text_at(60.0, 700.0, "U", borrowed)
            .bytes_at(66.0, 700.0, "L", &legacy_bytes(LegacyEncoding::Tcvn3, rest))
            .layer()
    };
    // VNI has đ at ñ; only so does the word become a syllable.
    assert_eq!(texts(&layer_of("ñ", "ú:"))[1], "đú:");
    // Neither a word that no encoding makes a syllable nor a right one changes.
    assert_eq!(texts(&layer_of("ñ", "W"))[1], "ñW");
    assert_eq!(texts(&layer_of("đ", "ó"))[1], "đó");
}

#[test]
fn unicode_under_a_legacy_name_stays() {
    let text = "Căn cứ quyết định của trường, câu hỏi và đáp án";
    for font in [".VnTimeH", "VNI-Times", "VPS Times"] {
        let layer = Builder::new()
            .unicode_font("F", font)
            .text_at(60.0, 700.0, "F", text)
            .layer();
        assert_eq!(layer.finding, TextLayerFinding::Unicode, "{font}");
        assert_eq!(texts(&layer), [text], "{font}");
    }
}

#[test]
fn other_languages_are_not_taken_for_legacy_text() {
    let text = "Les élèves français étaient à l'école où größere Häuser über España señor";
    let layer = Builder::new()
        .unicode_font("F", "Helvetica")
        .text_at(20.0, 700.0, "F", text)
        .layer();
    assert_eq!(layer.finding, TextLayerFinding::Unicode);
    assert_eq!(texts(&layer), [text]);
}

#[test]
fn a_broken_map_is_told() {
    let layer = Builder::new()
        .unicode_font("F", "ABCDEF+VNR10")
        .text_at(
            60.0,
            700.0,
            "F",
            "Môn hÂc và thÌi gian: phê duyªt Î nhÓ phân m£nh ngo§i Òc",
        )
        .layer();
    assert_eq!(layer.finding, TextLayerFinding::BrokenMap);
    let unnamed = Builder::new()
        .composite_font("F", "ABCDEF+Font", "1 beginbfchar <FFFF> <0041> endbfchar")
        .text_at(
            60.0,
            700.0,
            "F",
            "không chữ nào có tên của mình trong bảng này",
        )
        .layer();
    assert_eq!(unnamed.finding, TextLayerFinding::BrokenMap);
}

#[test]
fn hidden_text_on_a_scan_is_an_earlier_reading() {
    let text = "van ban nay do mot may doc truoc day da doc ra";
    let behind = Builder::new()
        .unicode_font("F", "Arial")
        .text_at(60.0, 700.0, "F", text)
        .scan()
        .layer();
    assert_eq!(behind.finding, TextLayerFinding::OcrLayer);
    assert_eq!(texts(&behind), [text]);
    let invisible = Builder::new()
        .scan()
        .unicode_font("F", "Arial")
        .content("3 Tr")
        .text_at(60.0, 700.0, "F", text)
        .layer();
    assert_eq!(invisible.finding, TextLayerFinding::OcrLayer);
}

#[test]
fn a_signature_on_a_scan_leaves_it_a_scan() {
    let layer = Builder::new()
        .scan()
        .unicode_font("F", "Arial")
        .text_at(300.0, 800.0, "F", "Người ký: Văn phòng")
        .text_at(300.0, 780.0, "F", "Thời gian ký: 05.03.2024")
        .layer();
    assert_eq!(layer.finding, TextLayerFinding::FewCharacters);
}

#[test]
fn text_of_annotations_counts() {
    let mut builder = Builder::new().unicode_font("F", "Arial");
    let font = builder.fonts.get(b"F").cloned().expect("the font");
    let hex: String = "Đã ký"
        .encode_utf16()
        .map(|unit| format!("{unit:04x}"))
        .collect();
    let form = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), 100.into(), 20.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        },
        format!("BT /F 10 Tf 5 5 Td <{hex}> Tj ET").into_bytes(),
    );
    let form = builder.document.add_object(form);
    let annotation = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget",
        "Rect" => vec![200.into(), 600.into(), 400.into(), 640.into()],
        "AP" => dictionary! { "N" => form },
    };
    let annotation = builder.document.add_object(annotation);
    let layer = builder.layer_with(&dictionary! { "Annots" => vec![annotation.into()] });
    assert_eq!(texts(&layer), ["Đã ký"]);
    // Twice as large as drawn, and moved.
    assert!((layer.lines[0].words[0].left_pt - 210.0).abs() < 0.01);
}

#[test]
fn lines_come_from_places_not_from_the_order_of_drawing() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .text_at(200.0, 700.0, "F", "nhất")
        .text_at(60.0, 680.0, "F", "Dòng hai")
        .text_at(60.0, 700.0, "F", "Dòng thứ")
        .layer();
    assert_eq!(texts(&layer), ["Dòng thứ nhất", "Dòng hai"]);
}

#[test]
fn raised_figures_stay_in_their_line() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .text_at(60.0, 700.0, "F", "55 cm")
        .content("BT /F 8 Tf 90 705 Td <0033> Tj ET")
        .text_at(100.0, 700.0, "F", "nước")
        .layer();
    assert_eq!(texts(&layer), ["55 cm3 nước"]);
}

#[test]
fn a_gap_parts_words_and_a_kerned_letter_does_not() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .content(
            "BT /F 12 Tf 60 700 Td [<0054> 80 <1EEB> -20 <006E> <0067> -350 <0068> <00E0>] TJ ET",
        )
        .layer();
    assert_eq!(texts(&layer), ["Từng hà"]);
}

#[test]
fn a_number_filled_in_over_blanks_stands_where_it_is_drawn() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .text_at(60.0, 700.0, "F", "Số:     /TB-VP ngày    tháng 3")
        .text_at(90.0, 700.0, "F", "117")
        .text_at(180.0, 700.0, "F", "08")
        .layer();
    assert_eq!(texts(&layer), ["Số: 117/TB-VP ngày 08 tháng 3"]);
}

#[test]
fn text_drawn_twice_to_look_bold_is_taken_once() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .text_at(60.0, 700.0, "F", "THÔNG BÁO")
        .text_at(60.4, 700.0, "F", "THÔNG BÁO")
        .layer();
    assert_eq!(texts(&layer), ["THÔNG BÁO"]);
}

#[test]
fn a_turned_page_is_read_upright() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .content("BT /F 12 Tf 0 1 -1 0 300 100 Tm <0042> Tj <1EA3> Tj <006E> Tj ET")
        .layer_with(&dictionary! { "Rotate" => 90 });
    assert_eq!(texts(&layer), ["Bản"]);
    assert!((layer.width_pt - 842.0).abs() < 1.0);
    let word = &layer.lines[0].words[0];
    assert!(word.right_pt - word.left_pt > word.bottom_pt - word.top_pt);
}

#[test]
fn sideways_text_keeps_its_words() {
    let layer = Builder::new()
        .unicode_font("F", "Arial")
        .content("BT /F 12 Tf 0 1 -1 0 300 100 Tm <00430061006F> Tj ET")
        .text_at(60.0, 700.0, "F", "Ngang")
        .layer();
    assert_eq!(texts(&layer), ["Ngang", "Cao"]);
}

#[test]
fn forms_that_call_themselves_end() {
    let mut builder = Builder::new().unicode_font("F", "Arial");
    let id = builder.document.new_object_id();
    let form = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), 500.into(), 800.into()],
            "Resources" => dictionary! {
                "XObject" => dictionary! { "A" => id },
                "Font" => builder.fonts.clone(),
            },
        },
        b"/A Do /A Do BT /F 12 Tf 60 700 Td <0041> Tj ET".to_vec(),
    );
    builder.document.objects.insert(id, form.into());
    builder.pictures.set("A", id);
    let layer = builder.content("/A Do").layer();
    assert_eq!(texts(&layer), ["A"]);
}

fn operator() -> impl Strategy<Value = String> {
    let number = -2000.0..2000.0_f64;
    prop_oneof![
        (number.clone(), number.clone()).prop_map(|(x, y)| format!("{x} {y} Td")),
        prop::collection::vec(number.clone(), 6).prop_map(|t| {
            let t: Vec<String> = t.iter().map(f64::to_string).collect();
            format!("{} Tm", t.join(" "))
        }),
        number.clone().prop_map(|size| format!("/F {size} Tf")),
        number.clone().prop_map(|value| format!("{value} Tc")),
        number.clone().prop_map(|value| format!("{value} Tz")),
        number.prop_map(|value| format!("{value} Ts")),
        "[0-9a-f]{0,24}".prop_map(|hex| format!("<{hex}> Tj")),
        Just("q".to_owned()),
        Just("Q".to_owned()),
        Just("BT".to_owned()),
        Just("ET".to_owned()),
        "[ -~]{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_content_gives_words_on_the_page_or_none(
        operators in prop::collection::vec(operator(), 0..60),
    ) {
        let builder = Builder::new().unicode_font("F", "Arial");
        let layer = builder.content(&operators.join("\n")).layer();
        for word in layer.lines.iter().flat_map(|line| &line.words) {
            prop_assert!(!word.text.is_empty());
            prop_assert!(word.left_pt <= word.right_pt && word.top_pt <= word.bottom_pt);
            prop_assert!(word.left_pt.is_finite() && word.bottom_pt.is_finite());
        }
    }
}
