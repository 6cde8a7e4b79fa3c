//! Sentences for finding out which languages an embedder knows.
//!
//! A paraphrase has hardly a word in common with its sentence; the distractor has its words and
//! letters and another meaning. Whoever goes by letters takes the distractor.

/// A sentence, another of the same meaning, and one that only looks like it.
pub(super) type Triplet = [&'static str; 3];

/// The languages and their sentences.
pub(super) const LANGUAGES: [(&str, [Triplet; 10]); 3] =
    [("fa", PERSIAN), ("ar", ARABIC), ("en", ENGLISH)];

const PERSIAN: [Triplet; 10] = [
    [
        "هزینه ارسال کالا چقدر است؟",
        "برای فرستادن بسته چه مبلغی باید بدهم؟",
        "اندازه این سالن چقدر است؟",
    ],
    [
        "چطور جنس خریداری‌شده را پس بدهم؟",
        "روش مرجوع کردن کالا چیست؟",
        "چطور به گربه گرسنه شیر بدهم؟",
    ],
    [
        "مغازه ساعت چند باز می‌شود؟",
        "کار فروشگاه صبح‌ها از چه زمانی آغاز می‌گردد؟",
        "این گره با چند بار کشیدن باز می‌شود؟",
    ],
    [
        "گوشی من روشن نمی‌شود.",
        "تلفن همراهم خراب است و کار نمی‌کند.",
        "علت این تصمیم روشن نمی‌شود.",
    ],
    [
        "رمز ورودم را فراموش کرده‌ام.",
        "گذرواژه حسابم یادم نیست.",
        "راه ورود به باغ را هموار کرده‌ام.",
    ],
    [
        "این دستگاه ضمانت دارد؟",
        "محصول شما چند ماه گارانتی می‌شود؟",
        "این دانشگاه خیابان دارد؟",
    ],
    [
        "می‌خواهم سفارشم را لغو کنم.",
        "لطفاً خریدی که ثبت شد کنسل شود.",
        "می‌خواهم سفرم را شروع کنم.",
    ],
    [
        "پول را با کارت می‌پردازم.",
        "تسویه حساب از راه بانک انجام خواهد شد.",
        "گل را با کارد می‌برم.",
    ],
    [
        "پزشک برای سردرد چه دارویی داد؟",
        "دکتر کدام قرص را برای درد سر تجویز کرد؟",
        "پدر برای سفر چه لباسی داد؟",
    ],
    [
        "قطار تهران کی می‌رسد؟",
        "زمان ورود ریل‌باس پایتخت چه وقت است؟",
        "قطره باران کی می‌رسد؟",
    ],
];

const ARABIC: [Triplet; 10] = [
    [
        "كم تكلفة الشحن؟",
        "ما المبلغ المطلوب لتوصيل الطرد؟",
        "كم كثافة السكان؟",
    ],
    [
        "كيف أعيد السلعة التي اشتريتها؟",
        "ما طريقة إرجاع المنتج؟",
        "كيف أعيد القصة التي سمعتها؟",
    ],
    [
        "متى يفتح المحل أبوابه؟",
        "في أي ساعة يبدأ عمل المتجر صباحًا؟",
        "متى يفتح الزهر أوراقه؟",
    ],
    [
        "هاتفي لا يعمل.",
        "الجوال معطل ولا يشتغل.",
        "والدي لا يعمل يوم الجمعة.",
    ],
    [
        "نسيت كلمة المرور.",
        "لا أتذكر الرقم السري لحسابي.",
        "سمعت كلمة المدير.",
    ],
    [
        "هل على الجهاز ضمان؟",
        "كم شهرًا يكفل المصنع هذا المنتج؟",
        "هل على الجبل ضباب؟",
    ],
    [
        "أريد إلغاء طلبي.",
        "من فضلكم أوقفوا عملية الشراء التي قمت بها.",
        "أريد إكمال دراستي.",
    ],
    [
        "سأدفع الفاتورة بالبطاقة.",
        "التسديد سيكون عن طريق البنك.",
        "سأدفع السيارة بالقوة.",
    ],
    [
        "ما الدواء الذي وصفه الطبيب للصداع؟",
        "أي حبوب أعطاها الدكتور لألم الرأس؟",
        "ما اللون الذي وصفه الرسام للسماء؟",
    ],
    [
        "متى يصل القطار؟",
        "ما موعد وصول الرحلة بالسكة الحديد؟",
        "متى يصل الماء إلى الغليان؟",
    ],
];

const ENGLISH: [Triplet; 10] = [
    [
        "How much does shipping cost?",
        "What is the delivery fee?",
        "How much does the ship weigh?",
    ],
    [
        "How do I return an item?",
        "What is the procedure for sending a purchase back?",
        "How do I turn an omelette?",
    ],
    [
        "When does the shop open?",
        "What time in the morning do you start serving customers?",
        "When does the flower open?",
    ],
    [
        "My phone does not turn on.",
        "The mobile is dead and will not start.",
        "My mood does not turn on weather.",
    ],
    [
        "I forgot my password.",
        "The code for signing in has slipped from memory.",
        "I forgot my passport photo.",
    ],
    [
        "Is there a warranty on this device?",
        "For how long is the product guaranteed?",
        "Is there a volcano on this island?",
    ],
    [
        "I want to cancel my order.",
        "Please call off the purchase that was made.",
        "I want to cross my border.",
    ],
    [
        "I will pay by card.",
        "The bill is going to be settled with a bank account.",
        "I will play by the yard.",
    ],
    [
        "What did the doctor give you for the headache?",
        "Which pill was prescribed against pain in the head?",
        "What did the daughter give you for the holiday?",
    ],
    [
        "When does the train arrive?",
        "At what hour is the locomotive due at the station?",
        "When does the rain arrive?",
    ],
];
